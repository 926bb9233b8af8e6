import { aslTimeouts } from '../../../../scripts/validate/asl-timeouts';
import { findingsInStates, TASK, WAITING_TASK } from './bad-examples';

describe('Everything that waits has an end', () => {
  it('accepts tasks with timeouts and heartbeats', async () => {
    expect(await findingsInStates(aslTimeouts, { Stop: TASK, Wait: WAITING_TASK })).toEqual([]);
  });

  it.each([
    [{ ...TASK, TimeoutSeconds: undefined }, "'Stop' has no TimeoutSeconds"],
    [{ ...WAITING_TASK, HeartbeatSeconds: undefined }, "'Stop' waits for a task token and has no HeartbeatSeconds"],
    [{ ...WAITING_TASK, HeartbeatSeconds: 60 }, "the heartbeat of 'Stop' is not below its timeout"],
  ])('finds the task that could wait without end (%#)', async (task, problem) => {
    expect(await findingsInStates(aslTimeouts, { Stop: task })).toEqual([problem]);
  });

  it('finds the state machine that could run without end', async () => {
    expect(await findingsInStates(aslTimeouts, { Stop: TASK }, { TimeoutSeconds: undefined })).toEqual([
      'the state machine has no TimeoutSeconds',
    ]);
  });
});
