import { aslRetries } from '../../../../scripts/validate/asl-retries';
import { CATCH_ALL, findingsInStates, TASK, WAITING_TASK } from './bad-examples';

const [transient] = TASK.Retry;

describe('Retriers and catchers', () => {
  it('may retry what is transient and catch all the rest', async () => {
    expect(
      await findingsInStates(aslRetries, { Stop: TASK, Wait: { ...WAITING_TASK, Catch: [CATCH_ALL('Stop')] } }),
    ).toEqual([]);
  });

  it.each([
    [{ ...TASK, Resource: 'arn:aws:states:::sns:publish', Retry: undefined }, "'Stop' retries nothing"],
    [
      { ...TASK, Retry: [{ ...transient, ErrorEquals: transient?.ErrorEquals.slice(1) }] },
      "'Stop' does not retry TransientServiceError",
    ],
    [{ ...TASK, Retry: [{ ...transient, JitterStrategy: 'NONE' }] }, `'Stop' retries without "JitterStrategy": "FULL"`],
    [
      { ...WAITING_TASK, Retry: TASK.Retry },
      "'Stop' does not retry a missed heartbeat under its names (States.HeartbeatTimeout, States.Timeout)",
    ],
    [
      { ...WAITING_TASK, Retry: [{ ...transient, ErrorEquals: ['States.HeartbeatTimeout'] }, ...TASK.Retry] },
      "'Stop' does not retry a missed heartbeat under its names (States.HeartbeatTimeout, States.Timeout)",
    ],
    [
      { ...TASK, Retry: [...TASK.Retry, { ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' }] },
      "'Stop' retries States.ALL, and so permanent errors",
    ],
    [
      { ...TASK, Catch: [{ ErrorEquals: ['States.ALL', 'States.Timeout'], Next: 'Stop' }] },
      "'Stop' catches States.ALL, which must be alone and last",
    ],
    [
      { ...TASK, Catch: [CATCH_ALL('Stop'), { ErrorEquals: ['States.Timeout'], Next: 'Stop' }] },
      "'Stop' catches States.ALL, which must be alone and last",
    ],
  ])('that break a rule are found (%#)', async (task, problem) => {
    expect(await findingsInStates(aslRetries, { Stop: task })).toEqual([problem]);
  });
});
