import type { EventBridgeEvent } from 'aws-lambda';
import { requireEnv } from './config';
import { undoRun } from './orphaned-runs';
import { getRun, openRun, type RunRecord } from './runs';
import { task } from './task';

interface ExecutionStatusDetail {
  executionArn: string;
  stateMachineArn: string;
  status: string;
  /** The execution's input; an undo execution says in it which run it is for. */
  input?: string;
}

const STACK_NAME = requireEnv('STACK_NAME');

/**
 * Runs when an execution failed, timed out or was aborted. An aborted execution runs no catcher, so what its run record
 * still calls open is undone from here, and one that came to no record gets its record and its notification that way.
 * A run that closed itself is left alone; repeated events change nothing.
 */
export const handler = task(
  async ({
    detail,
  }: EventBridgeEvent<'Step Functions Execution Status Change', ExecutionStatusDetail>): Promise<void> => {
    const run = detail.stateMachineArn.endsWith('-undo')
      ? await getRun((JSON.parse(detail.input ?? '{}') as { RunId?: string }).RunId ?? '')
      : ((await getRun(detail.executionArn)) ?? (await openLate(detail)));
    const isCurrent = run && (run.undoExecutionArn ?? run.runId) === detail.executionArn;
    if (run?.open && isCurrent) await undoRun(run, detail.status);
  },
);

/** State machines are called `<stack>-<workflow>`, and what undoes them `<stack>-<workflow>-undo`. */
function openLate({ executionArn, stateMachineArn, input = '{}' }: ExecutionStatusDetail): Promise<RunRecord> {
  const workflow = (stateMachineArn.split(':').at(-1) ?? '').replace(`${STACK_NAME}-`, '');
  return openRun({ runId: executionArn, workflow, undoStateMachineArn: `${stateMachineArn}-undo`, input });
}
