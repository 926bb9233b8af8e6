import { isoTime, nowSeconds } from '../../shared/clock';
import { finishRun, type RunEnd } from '../../shared/runs/finish-run';
import { getRunToReport, type StepInput } from '../../shared/runs/runs';
import { describeCause, task } from '../../shared/task';
import { ItemsNotRestoredError } from './errors';
import { type ItemRestoreRun, lockOf } from './item-restore-run';
import { folderOf } from './journal';
import { addEach, noCounts, total, writesOf } from './plan-counts';
import { describePlan } from './preview-text';
import { BUCKET } from './store';

interface Input extends StepInput {
  input: unknown;
  failure?: { error: string; cause?: string };
}

interface Report {
  TableName?: string;
  From?: string;
  To?: string;
  /** Items that are as they were before the window, because this run wrote them. */
  Restored: number;
  /** Items that were as before already. */
  AsTheyWere: number;
  /** Restored, and changed by others since. */
  ChangedSince?: number;
  /** Selected items that are not restored, by the reason. */
  NotRestored?: Record<string, number>;
  /** A file for each shard: the items that are not restored, with their images. */
  NotRestoredFiles?: string;
  /** What was replaced and what was written: the Source of a run that undoes this one. */
  Journal?: string;
  /** Only what would be done. */
  DryRun?: true;
  /** Of the plan: what was to be done, and what it costs. */
  Plan?: string[];
  RecoveryTime: number;
  Warning?: string;
}

/**
 * Ends a run: what is restored and what is not, where the journal is; the record closed, the lock given back, the operator
 * told. Success means that every selected item is restored, or is listed with its reason. Safe to repeat: the record says what
 * has been done already.
 */
export const handler = task(async ({ runId, isUndo, input, failure }: Input): Promise<RunEnd<Report>> => {
  const run = (await getRunToReport({ runId, isUndo }, 'dynamodb-item-restore', input)) as Partial<ItemRestoreRun> &
    Awaited<ReturnType<typeof getRunToReport>>;
  const finishedAt = run.finishedAt ?? nowSeconds();
  const report = reportOf(run, finishedAt);
  const problem = failure ? describeFailure(failure, run.firstFailure) : incompleteness(run);
  const end: RunEnd<Report> = problem
    ? {
        outcome: 'FAILED',
        report,
        error: problem.error,
        cause: [problem.cause, situation(run, report)].filter(Boolean).join('\n'),
      }
    : { outcome: 'SUCCEEDED', report };
  return finishRun<Report>({ ...run, finishedAt }, end, {
    hasWarnings: report.NotRestored !== undefined || report.Warning !== undefined,
    locks: run.settings && !run.settings.DryRun ? [lockOf(run.settings.TableName)] : [],
  });
});

/** A map says only that a child failed: the record says why. */
function describeFailure({ error, cause }: NonNullable<Input['failure']>, first: ItemRestoreRun['firstFailure']) {
  if (first && error === 'States.ExceedToleratedFailureThreshold') return first;
  return { error, cause: describeCause(cause) };
}

/** Items that were to be written and are neither restored nor changed by a later write. */
function incompleteness({ settled, planned, writesBegunAt, settings }: Partial<ItemRestoreRun>) {
  if (settings?.DryRun || (planned && writesOf(planned) === 0)) return undefined;
  const refused = settled?.listed['refused by DynamoDB'] ?? 0;
  const missing = (settled?.notWritten ?? 0) + refused;
  if (writesBegunAt && settled && missing === 0) return undefined;
  const error = new ItemsNotRestoredError(
    settled
      ? `${missing} items were not written, ${refused} of them because DynamoDB refused it.`
      : 'What was written was not verified.',
  );
  return { error: error.name, cause: error.message };
}

function reportOf(run: Partial<ItemRestoreRun> & { runId: string; startedAt: number }, finishedAt: number): Report {
  const { settings, window, planned = noCounts(), settled, writesBegunAt } = run;
  const isPlanned = run.planned !== undefined;
  const notRestored = isPlanned ? addEach(planned.listed, settled?.listed ?? {}) : {};
  if (settled?.notWritten) notRestored['not written'] = settled.notWritten;
  const folder = `s3://${BUCKET}/${folderOf(run.runId).journal}/`;
  return {
    TableName: settings?.TableName,
    ...(window && { From: isoTime(window.from), To: isoTime(window.to) }),
    Restored: settled?.restored ?? 0,
    AsTheyWere: planned.asItWas + planned.unchanged,
    ...(settled?.changedSince && { ChangedSince: settled.changedSince }),
    ...(total(notRestored) > 0 && { NotRestored: notRestored }),
    ...(total(notRestored) > 0 && writesBegunAt && { NotRestoredFiles: `${folder}not-restored/` }),
    ...(isPlanned && { Journal: folder }),
    ...(settings?.DryRun && { DryRun: true }),
    ...(isPlanned && { Plan: describePlan(run as ItemRestoreRun) }),
    RecoveryTime: finishedAt - run.startedAt,
  };
}

function situation({ writesBegunAt, settings }: Partial<ItemRestoreRun>, report: Report): string | undefined {
  if (!settings) return undefined;
  if (!writesBegunAt) return `Nothing was written to the table ${settings.TableName}.`;
  return [
    `${report.Restored} items of ${settings.TableName} are restored.`,
    'Start again with the same input to restore the rest,',
    `or with Source: {"Journal": "${report.Journal}"} to take back what was done.`,
  ].join(' ');
}
