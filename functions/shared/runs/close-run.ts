import type { EventBridgeEvent } from 'aws-lambda';
import { requireEnv } from '../config';
import { logger } from '../logger';
import { task } from '../task';
import { undoRun } from './orphaned-runs';
import { executionArnOf, runIdOf } from './run-id';
import { findRun, getRun, openRun, openRuns, type RunRecord } from './runs';
import { type EndedExecution, findUnrecorded } from './unrecorded-runs';

/** The workflows whose executions leave a record on every exit, even those that ended before they wrote one. */
const WORKFLOWS = JSON.parse(requireEnv('WORKFLOWS')) as {
  workflow: string;
  stateMachineArn: string;
  undoStateMachineArn: string;
}[];

type StatusChange = EventBridgeEvent<'Step Functions Execution Status Change', EndedExecution>;
type EveryHour = EventBridgeEvent<'Scheduled Event', Record<string, never>>;

/**
 * Runs when an execution failed, timed out or was aborted. An aborted execution runs no catcher, so this function starts
 * the undo of a run whose record is still open. An execution that ended without a record gets its record and its
 * notification that way. A closed run stays as it is; repeated events change nothing.
 * Runs every hour too, for executions that ended without a record and whose event came to nothing.
 */
export const handler = task(async (event: StatusChange | EveryHour): Promise<void> => {
  if (event['detail-type'] !== 'Scheduled Event') return close(event.detail);
  for (const execution of await findUnrecorded(WORKFLOWS.map(({ stateMachineArn }) => stateMachineArn))) {
    logger.warn('An execution ended without a run record', { executionArn: execution.executionArn });
    await close(execution);
  }
});

async function close(execution: EndedExecution): Promise<void> {
  const { executionArn, stateMachineArn, startDate, status, error, cause } = execution;
  const run = stateMachineArn.endsWith('-undo')
    ? await findUndoneRun(executionArn)
    : ((await findRun(executionArn, new Date(startDate))) ?? (await openLate(execution)));
  const isCurrent = run && (run.undoExecutionArn ?? executionArnOf(run.runId)) === executionArn;
  if (run?.open && isCurrent) await undoRun(run, { status, error, cause });
}

async function findUndoneRun(undoExecutionArn: string): Promise<RunRecord | undefined> {
  const listed = (await openRuns()).find((run) => run.undoExecutionArn === undoExecutionArn);
  return listed && getRun(listed.runId);
}

async function openLate(detail: EndedExecution): Promise<RunRecord | undefined> {
  const found = WORKFLOWS.find(({ stateMachineArn }) => stateMachineArn === detail.stateMachineArn);
  if (!found) return undefined;
  const { workflow, undoStateMachineArn } = found;
  const runId = runIdOf(detail.executionArn, new Date(detail.startDate));
  return openRun({ runId, workflow, undoStateMachineArn, input: detail.input ?? '{}' });
}
