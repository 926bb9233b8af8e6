import { isoTime, nowSeconds } from '../clock';
import { requireEnv } from '../config';
import { escapeToOneLine } from '../escape-controls';
import { inBatches } from '../in-batches';
import { logger } from '../logger';
import { executionPage } from './console-page';
import { releaseLock } from './locks';
import type { MessagePart } from './message';
import { executionArnOf } from './run-id';
import { nameOfRun, type RunFields, updateRun } from './runs';
import { targetLine } from './target-line';
import { tell } from './tell';
import { whatToDo } from './what-to-do';

/** How a run ended. `report` is the workflow's own result. */
export interface RunEnd<Report extends object> {
  outcome: 'SUCCEEDED' | 'FAILED';
  report: Report;
  error?: string;
  cause?: string;
  /** The names of the errors that led to this one. */
  behind?: string[];
}

interface Closing<Report extends object> {
  /** True for a success that is notified even where NOTIFY_ON_SUCCESS is off. */
  hasWarnings?: boolean;
  /** The targets whose locks the run holds. */
  locks: string[];
  /** What the operator must see before anything else. */
  firstLine?: string;
  /** What the operator does, where the error alone does not say it. */
  advice?: string;
  /** The notification's lines about the result; its JSON by default. */
  describe?: (report: Report) => string[];
}

const NOTIFY_ON_SUCCESS = requireEnv('NOTIFY_ON_SUCCESS') === 'Yes';
const PARALLEL_LOCKS = 25;

/**
 * Closes a run: writes its end into the record, notifies the operator, releases the locks, and only then removes the
 * run from the open runs. Returns the end as it is recorded. Safe to repeat: the first recorded end stays, and so does the
 * wording of its notification, which is sent five times at most while SNS does not answer that it took it.
 */
export async function finishRun<Report extends object>(
  run: RunFields,
  end: RunEnd<Report>,
  { hasWarnings = false, locks, firstLine, advice, describe = asJson }: Closing<Report>,
): Promise<RunEnd<Report>> {
  const finishedAt = run.finishedAt ?? nowSeconds();
  const recorded = run.outcome ? recordedEnd<Report>(run) : end;
  if (!run.outcome) {
    const { outcome, report, error, cause, behind } = end;
    const failure = error && { error, cause: cause ?? '', ...(behind && { behind }) };
    await updateRun(run.runId, { outcome, report, finishedAt, ...failure });
  }
  const { outcome } = recorded;
  const isTold =
    run.DryRun ||
    run.notifiedAt !== undefined ||
    (outcome === 'SUCCEEDED' && !hasWarnings && !NOTIFY_ON_SUCCESS) ||
    (await tell({
      runId: run.runId,
      what: 'end',
      subject: `${outcome}: ${nameOfRun(run)}`,
      message: messageOf(run, recorded, finishedAt, describe(recorded.report), { firstLine, advice }),
      attributes: { workflow: run.workflow, runId: executionArnOf(run.runId), outcome },
    }));
  await inBatches(locks, PARALLEL_LOCKS, (target) => releaseLock(target, run.runId));
  if (run.open) logFinished(run, recorded, finishedAt);
  // A message that SNS did not take is sent later, and does not hold the run up.
  await updateRun(
    run.runId,
    { closedAt: nowSeconds(), ...(isTold && !run.DryRun && { notifiedAt: run.notifiedAt ?? nowSeconds() }) },
    ['open'],
  );
  return recorded;
}

/** Writes the log line that the stack's run metrics count; like the notification, it may come twice. */
function logFinished(
  { runId, workflow, startedAt, DryRun }: RunFields,
  { outcome, report }: RunEnd<object>,
  finishedAt: number,
) {
  const recoverySeconds = 'RecoveryTime' in report ? report.RecoveryTime : undefined;
  const durationSeconds = finishedAt - startedAt;
  logger.info(DryRun ? 'Dry run finished' : 'Run finished', {
    runId,
    workflow,
    outcome,
    durationSeconds,
    recoverySeconds,
  });
}

/** The end that the record has. */
export function recordedEnd<Report extends object>(run: RunFields): RunEnd<Report> {
  const end = { outcome: run.outcome ?? 'FAILED', report: (run.report ?? {}) as Report };
  const { error, cause, behind } = run;
  return error === undefined
    ? end
    : { ...end, error: String(error), cause: String(cause ?? ''), ...(behind && { behind }) };
}

/** The notification's text: first what to act on, then the command to type, then which run it is, then its report. */
function messageOf(
  run: RunFields,
  end: RunEnd<object>,
  finishedAt: number,
  result: string[],
  { firstLine, advice: given }: Pick<Closing<object>, 'firstLine' | 'advice'>,
): MessagePart[] {
  const { outcome, error, cause, behind = [] } = end;
  const failedWith = outcome === 'FAILED' ? (error ?? '') : undefined;
  const advice = given ?? whatToDo({ error: failedWith, behind: [...behind, ...(run.undoErrors ?? [])] });
  const executionArn = executionArnOf(run.runId);
  const page = executionPage(executionArn);
  return [
    ...(firstLine ? [escapeToOneLine(firstLine), ''] : []),
    cause || (outcome === 'SUCCEEDED' ? 'The run did all that it was to do.' : 'The run failed.'),
    '',
    ...(advice ? [`What to do: ${advice}`] : []),
    { label: 'Next' as const, command: `backup-workflows status ${executionArn.split(':').at(-1)}` },
    ...(page ? [`Console: ${page}`] : []),
    '',
    `Run: ${executionArn}`,
    ...targetLine(run),
    `Outcome: ${outcome}${error ? ` (${error})` : ''}`,
    ...(run.undoReason && run.undoReason !== error ? [`Undone after: ${run.undoReason}`] : []),
    `From ${isoTime(run.startedAt)} to ${isoTime(finishedAt)}`,
    `Logs Insights: ${logsQuery(run.runId)}`,
    '',
    // One entry, one line: a name with a line break must not add lines to the message.
    ...result.map(escapeToOneLine),
  ];
}

/** Finds what every function logged for the run; all of them log into one group. */
function logsQuery(runId: string): string {
  const group = process.env.AWS_LAMBDA_LOG_GROUP_NAME;
  const query = `fields @timestamp, function_name, item, level, message | filter runId = "${runId}" | sort @timestamp`;
  return group ? `${query} (log group ${group})` : query;
}

function asJson(report: object): string[] {
  return ['Result:', ...JSON.stringify(report, undefined, 2).split('\n')];
}
