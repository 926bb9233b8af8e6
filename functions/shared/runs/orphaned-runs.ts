import { createHash } from 'node:crypto';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/sfn';
import { nowSeconds } from '../clock';
import { hasName } from '../error-name';
import { logger } from '../logger';
import { describeCause, describeError } from '../task';
import { caughtFailures } from './caught-failures';
import { executionArnOf, isOfExecution } from './run-id';
import { getRun, nameOfRun, type RunRecord, updateRun } from './runs';
import { targetLine } from './target-line';
import { tell } from './tell';
import { whatToDo } from './what-to-do';

const MAX_UNDO_ATTEMPTS = 3;
/** How long a run or its undo has been started before it is looked at: Step Functions may not know it at once. */
const YOUNG_SECONDS = 240;
const EXECUTION_NAME_LIMIT = 80;
/** The undo's input, the record and the notification have it; a cause has up to 32 KiB. */
const REASON_LIMIT = 2000;
const UNFINISHED_STATUSES = ['RUNNING', 'PENDING_REDRIVE'];

/** How an execution ended, with the error and cause that Step Functions shows of it. */
interface ExecutionEnd {
  status: string;
  error?: string | null | undefined;
  cause?: string | null | undefined;
}

/**
 * Closes those of the open runs whose execution is over, in case the event about its end was lost. Called every five
 * minutes: DescribeExecution allows 10 to 15 requests a second for the whole account.
 */
export async function closeOrphanedRuns(open: readonly RunRecord[]): Promise<void> {
  for (const listed of open) {
    // The overseer of EFS-to-EFS closes runs that are not executions.
    if (!listed.runId.startsWith('arn:')) continue;
    if (nowSeconds() - Number(listed.lookedAt ?? listed.startedAt) < YOUNG_SECONDS) continue;
    try {
      if (!UNFINISHED_STATUSES.includes(await statusOf(listed))) await closeIfOrphaned(listed.runId);
    } catch (error) {
      // A run that cannot be looked at does not block the others; it stays open and the next look tries again.
      logger.error('Could not look at an open run', { runId: listed.runId, reason: describeError(error) });
    }
  }
}

async function closeIfOrphaned(runId: string): Promise<void> {
  // The index lags behind: a run that it calls open may be closed by now, or its undo may have begun.
  const run = await getRun(runId);
  if (!run?.open) return;
  const status = await statusOf(run);
  if (!UNFINISHED_STATUSES.includes(status)) await undoRun(run, { status, ...(await reasonOf(run)) });
}

/** The status of the execution that works for a run: its own or its undo. `GONE` when Step Functions has forgotten it. */
async function statusOf(run: RunRecord): Promise<string> {
  const executionArn = run.undoExecutionArn ?? executionArnOf(run.runId);
  try {
    const { status, startDate } = await stepFunctions.send(
      // METADATA_ONLY: this function may not use the key that encrypts the execution's data.
      new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }),
    );
    const isOfOtherRun = !run.undoExecutionArn && startDate && !isOfExecution(run, startDate);
    return isOfOtherRun ? 'GONE' : (status ?? 'UNKNOWN');
  } catch (error) {
    if (hasName(error, 'ExecutionDoesNotExist')) return 'GONE';
    throw error;
  }
}

/**
 * Starts the workflow's undo execution for a run whose execution ended like this. Safe to repeat: the name follows from
 * the run and the attempt. After the last attempt it closes the run as failed and notifies the operator.
 */
export async function undoRun(run: RunRecord, end: ExecutionEnd): Promise<void> {
  const attempt = (run.undoAttempts ?? 0) + 1;
  if (!run.undoStateMachineArn || attempt > MAX_UNDO_ATTEMPTS) return closeWithoutUndo(run, end);
  // The first reason is about the run. A later attempt follows a failed undo, which does not explain the run.
  const known = run.undoReason !== undefined && { reason: run.undoReason, errors: run.undoErrors ?? [] };
  const { reason, errors } = known || (await describeEnd(executionArnOf(run.runId), end));
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
    undoErrors: errors,
    lookedAt: nowSeconds(),
  });
}

/**
 * An end by Step Functions itself, such as States.DataLimitExceeded, runs no catcher: nothing else tells its error. Nor does
 * anything tell what was caught before the end.
 */
async function describeEnd(executionArn: string, { status, error, cause }: ExecutionEnd): Promise<EndReason> {
  const lastCause = describeCause(cause ?? undefined);
  const caught = (await caughtFailures(executionArn)).filter(
    (failure) => failure.error !== error || failure.cause !== lastCause,
  );
  const before = caught.map((failure) => sentenceOf(failure.state, failure.error, failure.cause)).join('; ');
  const reason = [
    sentenceOf(`Execution ended ${status}`, error, lastCause).slice(0, REASON_LIMIT).replace(/\.$/, ''),
    ...(before ? [`Before that: ${before}`.slice(0, REASON_LIMIT)] : []),
  ].join('. ');
  return { reason, errors: [error, ...caught.map((failure) => failure.error)].filter(isText) };
}

function sentenceOf(...parts: (string | null | undefined)[]): string {
  return parts.filter(isText).join(': ');
}

function isText(text: string | null | undefined): text is string {
  return Boolean(text);
}

/** The error and cause of an execution, if this function may read what a customer's key may encrypt. */
async function reasonOf(run: RunRecord): Promise<Pick<ExecutionEnd, 'error' | 'cause'>> {
  if (run.undoReason) return {};
  try {
    const executionArn = run.undoExecutionArn ?? executionArnOf(run.runId);
    const { error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return { error, cause };
  } catch (error) {
    logger.warn('Could not read why an execution ended', { runId: run.runId, reason: describeError(error) });
    return {};
  }
}

/** As much of the execution's name as fits, a hash of the run's id, and the attempt. */
function undoName(runId: string, attempt: number): string {
  const suffix = `-${createHash('sha256').update(runId).digest('hex').slice(0, 16)}-undo-${attempt}`;
  const executionName = executionArnOf(runId).split(':').at(-1) ?? '';
  return executionName.slice(0, EXECUTION_NAME_LIMIT - suffix.length) + suffix;
}

async function startOnce(stateMachineArn: string, name: string, input: string): Promise<string> {
  try {
    const { executionArn } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return executionArn ?? '';
  } catch (error) {
    if (!hasName(error, 'ExecutionAlreadyExists')) throw error;
    return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}

/** Why an execution ended, in words, and the names of the errors that led to it. */
interface EndReason {
  reason: string;
  errors: string[];
}

async function closeWithoutUndo(run: RunRecord, lastEnd: ExecutionEnd): Promise<void> {
  const { runId, workflow, outcome = 'FAILED', DryRun } = run;
  // Without an undo the run never began: its record was opened to report that.
  const unbegun = run.undoStateMachineArn ? undefined : await describeEnd(executionArnOf(runId), lastEnd);
  logger.info(DryRun ? 'Dry run finished' : 'Run finished', {
    runId,
    workflow,
    outcome,
    durationSeconds: nowSeconds() - run.startedAt,
  });
  // An earlier attempt may have told the outcome: then its wording stays.
  const isTold =
    DryRun ||
    run.notifiedAt !== undefined ||
    (await tell({
      runId,
      what: 'end',
      subject: `${run.outcome ?? (unbegun ? 'FAILED' : 'FAILED, not undone')}: ${nameOfRun(run)}`,
      message:
        unbegun && !run.outcome ? unbegunMessage(run, unbegun) : unfinishedMessage(run, await lastUndo(run, lastEnd)),
      attributes: { workflow, runId: executionArnOf(runId), outcome },
    }));
  await updateRun(
    run.runId,
    {
      // A recorded outcome stays: a notification may have said it.
      ...(!run.outcome && { outcome: 'FAILED', finishedAt: nowSeconds(), ...errorOf(unbegun) }),
      closedAt: nowSeconds(),
      ...(isTold && { notifiedAt: run.notifiedAt ?? nowSeconds() }),
    },
    ['open'],
  );
}

function errorOf(unbegun: EndReason | undefined) {
  return unbegun ? { error: unbegun.errors[0] ?? 'Error', cause: unbegun.reason } : { error: 'NotUndone' };
}

function unbegunMessage(run: RunRecord, { reason, errors }: EndReason): string[] {
  return [
    'The run failed before it changed anything, and so did its report.',
    `Reason: ${reason}`,
    `What to do: ${whatToDo({ behind: errors })}`,
    `Run: ${executionArnOf(run.runId)}`,
    ...targetLine(run),
  ];
}

async function lastUndo({ undoExecutionArn }: RunRecord, end: ExecutionEnd): Promise<string> {
  if (!undoExecutionArn) return 'Last undo: none';
  return `Last undo: ${undoExecutionArn}. ${(await describeEnd(undoExecutionArn, end)).reason}`;
}

function unfinishedMessage(run: RunRecord, undo: string): string[] {
  const attempts = `${run.undoAttempts ?? 0} attempts to undo it failed too.`;
  const end = run.outcome
    ? [
        `The run ended ${run.outcome}, but could not be closed, and ${attempts}`,
        String(run.cause ?? ''),
        `What to do: ${run.outcome === 'FAILED' ? whatToDo(run) : 'Nothing for its targets'}; its record has the report.`,
      ]
    : [
        `The run ended without putting everything back, and ${attempts}`,
        `Reason: ${run.undoReason ?? 'not known'}`,
        'What to do: Look at its targets yourself: instances may be stopped, applications may be frozen.',
      ];
  return [...end, `Run: ${executionArnOf(run.runId)}`, ...targetLine(run), undo, ''].filter(Boolean);
}
