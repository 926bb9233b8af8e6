import { alarms } from '../../../../scripts/validate/alarms';
import { findingsInTemplate } from './bad-examples';

const stack = (AlarmActions: unknown[]) => ({
  Resources: { LateAlarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions } } },
});
const TOPIC = { 'Fn::If': ['Given', { Ref: 'NotificationTopicArn' }, { Ref: 'NotificationTopic' }] };

describe('An alarm', () => {
  it('goes to the topic and is explained to the operator', async () => {
    expect(await findingsInTemplate(alarms, stack([TOPIC]), { 'docs/operations.md': '`LateAlarm` means …' })).toEqual(
      [],
    );
  });

  it('that does not reach a person, or is not understood, is found', async () => {
    expect(await findingsInTemplate(alarms, stack([]), { 'docs/operations.md': '' })).toEqual([
      'LateAlarm does not go to the topic',
      'LateAlarm is not explained in docs/operations.md',
    ]);
  });
});
