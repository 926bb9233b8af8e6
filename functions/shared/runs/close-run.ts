import type { EventBridgeEvent } from 'aws-lambda';
import { requireEnv } from '../config';
import { task } from '../task';
import { undoRun } from './orphaned-runs';
import { executionArnOf, runIdOf } from './run-id';
import { findRun, getRun, openRun, openRuns, type RunRecord } from './runs';

interface ExecutionStatusDetail {
  executionArn: string;
  stateMachineArn: string;
  status: string;
  /** Milliseconds since 1970. */
  startDate: number;
  /** The execution's input; absent from the event when a customer's key encrypts it, or when it is too long. */
  input?: string;
}

/** The workflows whose executions leave a record on every exit, even those that ended before they wrote one. */
const WORKFLOWS = JSON.parse(requireEnv('WORKFLOWS')) as {
  workflow: string;
  stateMachineArn: string;
  undoStateMachineArn: string;
}[];

/**
 * Runs when an execution failed, timed out or was aborted. An aborted execution runs no catcher, so this function starts
 * the undo of a run whose record is still open. An execution that ended without a record gets its record and its
 * notification that way. A closed run stays as it is; repeated events change nothing.
 */
export const handler = task(
  async ({
    detail,
  }: EventBridgeEvent<'Step Functions Execution Status Change', ExecutionStatusDetail>): Promise<void> => {
    const run = detail.stateMachineArn.endsWith('-undo')
      ? await findUndoneRun(detail.executionArn)
      : ((await findRun(detail.executionArn, new Date(detail.startDate))) ?? (await openLate(detail)));
    const isCurrent = run && (run.undoExecutionArn ?? executionArnOf(run.runId)) === detail.executionArn;
    if (run?.open && isCurrent) await undoRun(run, detail.status);
  },
);

async function findUndoneRun(undoExecutionArn: string): Promise<RunRecord | undefined> {
  const listed = (await openRuns()).find((run) => run.undoExecutionArn === undoExecutionArn);
  return listed && getRun(listed.runId);
}

async function openLate(detail: ExecutionStatusDetail): Promise<RunRecord | undefined> {
  const found = WORKFLOWS.find(({ stateMachineArn }) => stateMachineArn === detail.stateMachineArn);
  if (!found) return undefined;
  const { workflow, undoStateMachineArn } = found;
  const runId = runIdOf(detail.executionArn, new Date(detail.startDate));
  return openRun({ runId, workflow, undoStateMachineArn, input: detail.input ?? '{}' });
}
