import { createHash } from 'node:crypto';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/sfn';
import { nowSeconds } from '../clock';
import { logger } from '../logger';
import { describeError } from '../task';
import { notify } from './notify';
import { getRun, nameOfRun, openRuns, type RunRecord, updateRun } from './runs';

const MAX_UNDO_ATTEMPTS = 3;
/** DescribeExecution allows 10 to 15 requests a second for the whole account, so nobody is asked about twice in a row. */
const LOOK_AGAIN_SECONDS = 300;
const EXECUTION_NAME_LIMIT = 80;
const STILL_GOING = ['RUNNING', 'PENDING_REDRIVE'];

/** Finds runs whose execution is over although nobody closed them, in case the event about it was lost. */
export async function closeOrphanedRuns(): Promise<void> {
  for (const listed of await openRuns()) {
    // Runs that are no executions have an overseer of their own.
    if (!listed.runId.startsWith('arn:')) continue;
    const lookedAt = Number(listed.lookedAt ?? listed.startedAt);
    if (nowSeconds() - lookedAt < LOOK_AGAIN_SECONDS) continue;
    try {
      await closeIfOrphaned(listed.runId);
    } catch (error) {
      // It must not keep the others waiting; it stays open and is tried again.
      logger.error('Could not look after a run', { runId: listed.runId, reason: describeError(error) });
    }
  }
}

async function closeIfOrphaned(runId: string): Promise<void> {
  // The index lags behind: a run that it calls open may be closed by now.
  const run = await getRun(runId);
  if (!run?.open) return;
  await updateRun(runId, { lookedAt: nowSeconds() });
  const status = await statusOf(run.undoExecutionArn ?? runId);
  if (!STILL_GOING.includes(status)) await undoRun(run, status);
}

async function statusOf(executionArn: string): Promise<string> {
  try {
    const { status } = await stepFunctions.send(
      // Its data may be encrypted with a key that this function has no business with.
      new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }),
    );
    return status ?? 'UNKNOWN';
  } catch (error) {
    if ((error as Error).name === 'ExecutionDoesNotExist') return 'GONE';
    throw error;
  }
}

/**
 * Starts the workflow's undo execution for a run whose execution is over (`status` says how). Safe to repeat: the name follows from the run
 * and the attempt. After the last attempt the run is given up, and the operator is told what to look at.
 */
export async function undoRun(run: RunRecord, status: string): Promise<void> {
  const attempt = (run.undoAttempts ?? 0) + 1;
  if (!run.undoStateMachineArn || attempt > MAX_UNDO_ATTEMPTS) return giveUp(run);
  // The first reason is the run's; a later attempt follows a broken undo, which is not what the operator asks about.
  const reason = String(run.undoReason ?? `Execution ended ${status}`);
  const name = undoName(run.runId, attempt);
  logger.warn('The execution is over but the run is not closed; undoing it', { runId: run.runId, attempt });
  const undoExecutionArn = await startOnce(
    run.undoStateMachineArn,
    name,
    JSON.stringify({ RunId: run.runId, Reason: reason }),
  );
  await updateRun(run.runId, {
    undoExecutionArn,
    undoAttempts: attempt,
    undoReason: reason,
    lookedAt: nowSeconds(),
  });
}

/** The run's own name and the attempt; a name that is too long for that is replaced as a whole, to stay unique. */
function undoName(runId: string, attempt: number): string {
  const suffix = `-undo-${attempt}`;
  const executionName = runId.split(':').at(-1) ?? '';
  const fits = executionName.length + suffix.length <= EXECUTION_NAME_LIMIT;
  return (fits ? executionName : createHash('sha256').update(runId).digest('hex')) + suffix;
}

async function startOnce(stateMachineArn: string, name: string, input: string): Promise<string> {
  try {
    const { executionArn } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return executionArn ?? '';
  } catch (error) {
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
    return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}

async function giveUp(run: RunRecord): Promise<void> {
  const { runId, workflow, outcome = 'FAILED' } = run;
  logger.info('Run finished', { runId, workflow, outcome, durationSeconds: nowSeconds() - run.startedAt });
  if (!run.notifiedAt) {
    // Whoever was told the outcome already is told it under the same subject.
    const subject = `${run.outcome ?? 'FAILED, not undone'}: ${nameOfRun(run)}`;
    await notify(subject, lastWords(run), { workflow: run.workflow, runId: run.runId, outcome });
  }
  await updateRun(
    run.runId,
    {
      // What the operator was told already stays true.
      ...(!run.outcome && { outcome: 'FAILED', error: 'NotUndone', finishedAt: nowSeconds() }),
      notifiedAt: run.notifiedAt ?? nowSeconds(),
    },
    ['open'],
  );
}

function lastWords(run: RunRecord): string {
  const attempts = `${run.undoAttempts ?? 0} attempts to undo it failed too.`;
  if (run.outcome) {
    return `The run ${run.runId} ended ${run.outcome}, but could not be closed, and ${attempts}\n${run.cause ?? ''}\nIts record has the report.\n`;
  }
  return `The run ${run.runId} ended without putting everything back, and ${attempts}\nLook at its targets yourself: instances may be stopped, applications may be frozen.\nLast undo: ${run.undoExecutionArn ?? 'none'}\n`;
}
