import type { EventBridgeEvent } from 'aws-lambda';
import { undoRun } from './orphaned-runs';
import { getRun } from './runs';
import { task } from './task';

interface ExecutionStatusDetail {
  executionArn: string;
  status: string;
  /** The execution's input; an undo execution says in it which run it is for. */
  input?: string;
}

/**
 * Runs when an execution failed, timed out or was aborted. An aborted execution runs no catcher, so what its run record
 * still calls open is undone from here. A run that closed itself is left alone; repeated events change nothing.
 */
export const handler = task(
  async ({
    detail,
  }: EventBridgeEvent<'Step Functions Execution Status Change', ExecutionStatusDetail>): Promise<void> => {
    const input: unknown = JSON.parse(detail.input ?? '{}');
    const undoneRunId = (input as { RunId?: unknown } | null)?.RunId;
    const run = await getRun(typeof undoneRunId === 'string' ? undoneRunId : detail.executionArn);
    const isCurrent = run && (run.undoExecutionArn ?? run.runId) === detail.executionArn;
    if (run?.open && isCurrent) await undoRun(run, detail.status);
  },
);
