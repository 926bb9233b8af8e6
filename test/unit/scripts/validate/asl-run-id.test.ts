import { aslRunId } from '../../../../scripts/validate/asl-run-id';
import { findingsInStates, TASK } from './bad-examples';

describe('The id of a run', () => {
  it.each([
    ["{% $states.context.Execution.Id & '/' & $states.context.Execution.StartTime %}", []],
    ['{% $states.context.Execution.Id %}', ['names a run by the ARN of its execution alone; add its StartTime']],
  ])('%s', async (runId, expected) => {
    expect(await findingsInStates(aslRunId, { Stop: { ...TASK, Arguments: { Payload: { runId } } } })).toEqual(
      expected,
    );
  });
});
