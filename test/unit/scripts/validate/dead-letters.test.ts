import { deadLetters } from '../../../../scripts/validate/dead-letters';
import { findingsInTemplate } from './bad-examples';

const QUEUE = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const target = (Properties: object) => findingsInTemplate(deadLetters, { Resources: { Target: { Properties } } });

describe('What events and the clock start', () => {
  it.each([
    ['a function with a queue of its own', { Events: { Daily: { Type: 'Schedule' } }, DeadLetterQueue: { QUEUE } }],
    ['a target of a rule with a queue', { Targets: [{ Id: 'One', Arn: 'a', DeadLetterConfig: { Arn: QUEUE } }] }],
    ['a target of a schedule with a queue', { Target: { Arn: 'a', DeadLetterConfig: { Arn: QUEUE } } }],
    ['a function that only a state machine invokes', { Handler: 'a.handler' }],
  ])('may be %s', async (_name, properties) => {
    expect(await target(properties)).toEqual([]);
  });

  it.each([
    [{ Events: { Daily: { Type: 'Schedule' } } }, 'Target: events start it, and it has no DeadLetterQueue'],
    [
      { Events: { Changed: { Type: 'EventBridgeRule', Properties: {} } }, DeadLetterQueue: { QUEUE } },
      'Target: the event Changed has no DeadLetterConfig',
    ],
    [{ Targets: [{ Id: 'One', Arn: 'a' }] }, 'Target: One has no DeadLetterConfig'],
    [{ Target: { Arn: 'a' } }, 'Target: its target has no DeadLetterConfig'],
  ])('does not lose what failed (%#)', async (properties, finding) => {
    expect(await target(properties)).toEqual([finding]);
  });
});
