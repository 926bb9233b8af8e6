import { isoTime, nowSeconds } from '../../shared/clock';
import { finishRun, type RunEnd } from '../../shared/runs/finish-run';
import { getRunToReport, type StepInput } from '../../shared/runs/runs';
import { describeCause, task } from '../../shared/task';
import { lockOf, type SwapRun } from './swap-run';

interface Input extends StepInput {
  input: unknown;
  failure?: { error: string; cause?: string };
}

interface Report {
  TableName?: string;
  /** Which data is under the name now. */
  DataUnderName: 'restored' | 'original, restored from the fallback' | 'untouched' | 'none, as before' | 'unknown';
  /** ISO 8601: the moment that the restored data is of. */
  RestoredTo?: string;
  FromColdStorage?: true;
  DuplicateTableName?: string;
  /** A run with the same source that starts before then uses the duplicate. */
  DuplicateKeptUntil?: string;
  /** The interrupted run whose duplicate was used. */
  ContinuedFrom?: string;
  FallbackBackupArn?: string;
  FallbackKeptUntil?: string;
  DuplicateBackupArn?: string;
  SystemBackupArn?: string;
  /** From the deletion until the table was there again. */
  UnavailableSeconds?: number;
  RecoveryTime: number;
  SettingsNotRestored?: string[];
  Warning?: string;
}

/**
 * Ends a swap: which data is under the name, where every copy is, how long the name was empty; the record closed, the
 * lock given back, the operator told. Success means that what was wanted is under the name and was verified.
 * Safe to repeat: the record says what has been done already.
 */
export const handler = task(async ({ runId, isUndo, input, failure }: Input): Promise<RunEnd<Report>> => {
  const opened = await getRunToReport({ runId, isUndo }, 'dynamodb-swap-restore', input);
  const run = opened as Partial<SwapRun> & typeof opened;
  const finishedAt = run.finishedAt ?? nowSeconds();
  const isDone = run.verifiedAs === 'restored';
  const problem =
    isDone && run.settingsVerified
      ? undefined
      : { error: failure?.error ?? 'TableVerificationError', cause: describeCause(failure?.cause) };
  const report = reportOf(run, finishedAt, isDone ? failure : undefined);
  const settings =
    run.deletionIntendedAt && !run.settingsVerified
      ? 'Its settings (deletion protection among them) may not be as they were; the run record has them under `table`.'
      : undefined;
  const cause = problem && [problem.cause, situation(report), settings].filter(Boolean).join('\n');
  return finishRun<Report>(
    { ...run, finishedAt },
    problem ? { outcome: 'FAILED', report, error: problem.error, cause } : { outcome: 'SUCCEEDED', report },
    {
      hasWarnings: report.Warning !== undefined || (report.SettingsNotRestored?.length ?? 0) > 0,
      locks: run.settings ? [lockOf(run.settings.TableName)] : [],
    },
  );
});

function reportOf(
  run: Partial<SwapRun> & { startedAt: number },
  finishedAt: number,
  overcome: Input['failure'],
): Report {
  const isCleanedUp = run.cleanedUpAt !== undefined;
  const notRestored = run.gaps?.map(({ text }) => text) ?? run.notRestored ?? [];
  const isDuplicateThere = (run.duplicateIntendedAt || run.adopted) && (!isCleanedUp || run.duplicateKeptUntil);
  return {
    TableName: run.settings?.TableName,
    DataUnderName: dataUnderName(run),
    RestoredTo: run.restoredTo,
    ...(run.isCold && { FromColdStorage: true }),
    ...(isDuplicateThere && { DuplicateTableName: run.duplicateName }),
    ...(run.duplicateKeptUntil && { DuplicateKeptUntil: isoTime(run.duplicateKeptUntil) }),
    ...(run.adopted && { ContinuedFrom: run.adopted.fromRun }),
    FallbackBackupArn: run.fallbackBackupArn,
    ...(run.fallbackKeptUntil !== undefined && { FallbackKeptUntil: isoTime(Number(run.fallbackKeptUntil)) }),
    ...(!isCleanedUp && { DuplicateBackupArn: run.duplicateBackupArn }),
    SystemBackupArn: run.systemBackupArn,
    ...(run.deletedAt && run.availableAt && { UnavailableSeconds: run.availableAt - run.deletedAt }),
    RecoveryTime: finishedAt - run.startedAt,
    ...(notRestored.length > 0 && { SettingsNotRestored: notRestored }),
    ...(overcome && { Warning: `a first attempt failed: ${overcome.error}: ${describeCause(overcome.cause)}` }),
  };
}

function dataUnderName(run: Partial<SwapRun>): Report['DataUnderName'] {
  if (run.verifiedAs === 'restored') return 'restored';
  if (run.verifiedAs === 'original') return 'original, restored from the fallback';
  if (run.settings && !run.tableExists && !run.restoringFrom) return 'none, as before';
  if (run.restoringFrom) return 'unknown';
  // Without a deletion nothing happened to it.
  return run.deletedAt === undefined || run.verifiedAs === 'untouched' ? 'untouched' : 'unknown';
}

function situation(report: Report): string | undefined {
  // The input could not even be read.
  if (!report.TableName) return undefined;
  const goOn = report.DuplicateKeptUntil
    ? ` What was restored is in ${report.DuplicateTableName} until ${report.DuplicateKeptUntil}: start again with the same source to go on from there.`
    : '';
  if (report.DataUnderName === 'none, as before')
    return `The table ${report.TableName} does not exist, as before.${goOn}`;
  if (report.DataUnderName === 'untouched') return `The table ${report.TableName} is as it was.${goOn}`;
  if (report.DataUnderName !== 'unknown') return `Under the name ${report.TableName} is: ${report.DataUnderName}.`;
  const copies = [
    report.DuplicateBackupArn,
    report.FallbackBackupArn,
    report.SystemBackupArn,
    report.DuplicateTableName,
  ].filter(Boolean);
  return `THE NAME ${report.TableName} MAY BE EMPTY. Restore it from one of the copies: ${copies.join(', ')}`;
}
