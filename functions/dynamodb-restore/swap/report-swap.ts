import { isoTime, nowSeconds } from '../../shared/clock';
import { logger } from '../../shared/logger';
import { finishRun, type RunEnd } from '../../shared/runs/finish-run';
import { noteMeasuredRestore } from '../../shared/runs/measured-restores';
import { getRunToReport, type StepInput } from '../../shared/runs/runs';
import { describeCause, describeError, task } from '../../shared/task';
import { TableRestoreFailedError, TableVerificationError } from '../errors';
import { type Expected, expectWork } from '../expected';
import { findTable } from '../find-table';
import { describeLeftOn } from '../last-minute';
import { describeLastMinute } from '../system-backup';
import { isAsLeft, leftTableUntouched } from './leftovers';
import { describeSwapPlan } from './swap-plan';
import { lockOf, type SwapRun } from './swap-run';

interface Input extends StepInput {
  input: unknown;
  failure?: { error: string; cause?: string };
}

type DataUnderName =
  | 'restored'
  | 'restored, not verified'
  | 'restored, and found wrong'
  | 'original, restored from the fallback'
  | 'original, restored from the fallback, not verified'
  | 'untouched'
  | 'another table'
  | 'none, as before'
  | 'none'
  | 'unknown';

const START_AGAIN = 'The table is as it was: correct what the cause says, start again.';
const OWN_RECOVERY =
  'it was off; this run turned it on for the deletion, and the table under the name has it off as before';

interface Report extends Expected {
  TableName?: string;
  /** Which data is under the name now. */
  DataUnderName: DataUnderName;
  /** What would be done. */
  DryRun?: string[];
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
  /** Where the writes of the minute before the deletion are. */
  LastMinute?: string;
  /** What this run did with it for the deletion. */
  PointInTimeRecovery?: string;
  /** From the deletion until the table was there again. */
  UnavailableSeconds?: number;
  RecoveryTime: number;
  SettingsNotRestored?: string[];
  /** Lambda's mappings of the stream that have another UUID now: CloudFormation knows the old one. */
  StreamConsumersReplaced?: string[];
  /** What reads the table and did not follow it to its new stream and id. */
  ReadersNotMoved?: string[];
  /** Settings that were changed while the run waited for the approval. The newer ones were put back. */
  SettingsChangedMeanwhile?: string[];
  /** The fallback from before the approval, which was too old when the answer came. It is kept as long as the other. */
  EarlierFallbackBackupArn?: string;
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
  const underName = await dataUnderName(run);
  const isDone = run.verifiedAs === 'restored' && underName === 'restored';
  const isOver = run.settings?.DryRun ? run.preparedAt && !failure : isDone && run.settingsVerified;
  const problem = isOver ? undefined : problemOf(failure, underName);
  const report = {
    ...reportOf(run, finishedAt, underName, isDone ? failure : undefined),
    ...(run.settings?.DryRun && (await expectWork(run.settings.TableName, workOf(run)))),
  };
  if (isDone) await noteUnavailable(run);
  const settings =
    run.deletionIntendedAt && !run.settingsVerified
      ? 'Its settings (deletion protection among them) may not be as they were; the run record has them under `table`.'
      : undefined;
  const cause =
    problem && [problem.cause, situation(report, leftTableUntouched(run)), settings].filter(Boolean).join('\n');
  return finishRun<Report>(
    { ...run, finishedAt },
    problem ? { outcome: 'FAILED', report, error: problem.error, cause } : { outcome: 'SUCCEEDED', report },
    {
      hasWarnings:
        report.Warning !== undefined ||
        [...(report.SettingsNotRestored ?? []), ...(report.ReadersNotMoved ?? [])].length > 0,
      locks: run.settings && !run.settings.DryRun ? [lockOf(run.settings.TableName)] : [],
      ...(problem && isOfRestore(problem.error) && underName === 'untouched' && { advice: START_AGAIN }),
    },
  );
});

/** Their advice is about what is under the name; it is another one while that is untouched. */
function isOfRestore(error: string): boolean {
  return [new TableRestoreFailedError(), new TableVerificationError()].some(({ name }) => name === error);
}

function problemOf(failure: Input['failure'], underName: DataUnderName): { error: string; cause: string } {
  const { error = 'TableVerificationError', cause } = failure ?? {};
  if (underName !== 'restored, not verified') return { error, cause: describeCause(cause) };
  return {
    error: 'RestoredNotVerifiedError',
    cause: `The restored table could not be verified: ${error}: ${describeCause(cause)}`,
  };
}

/** The duplicate and the table are restored and backed up; a duplicate that is kept was restored before. */
function workOf({ keptDuplicate, table }: Partial<SwapRun>) {
  return { restores: keptDuplicate ? 1 : 2, backups: table ? 2 : 1, hasDowntime: true };
}

/** What a later dry run tells as the downtime. Never fails: the table is restored, whether this is remembered or not. */
async function noteUnavailable({ table, deletedAt, availableAt, runId }: Partial<SwapRun>): Promise<void> {
  if (!table?.tableArn || deletedAt === undefined || availableAt === undefined) return;
  try {
    await noteMeasuredRestore(table.tableArn, { seconds: availableAt - deletedAt, at: availableAt, by: 'a swap' });
  } catch (error) {
    logger.warn('Could not note how long the restore took', { runId, reason: describeError(error) });
  }
}

function reportOf(
  run: Partial<SwapRun> & { startedAt: number },
  finishedAt: number,
  underName: DataUnderName,
  overcome: Input['failure'],
): Report {
  const isCleanedUp = run.cleanedUpAt !== undefined;
  const notRestored = run.gaps?.map(({ text }) => text) ?? run.notRestored ?? [];
  const isDuplicateThere = (run.duplicateIntendedAt || run.adopted) && (!isCleanedUp || run.duplicateKeptUntil);
  const lastMinute = isDeleted(run) ? describeLastMinute({ ...run, settings: run.settings }) : undefined;
  const warnings = [
    ...(run.warnings ?? []),
    ...(overcome ? [`a first attempt failed: ${overcome.error}: ${describeCause(overcome.cause)}`] : []),
    ...(run.foundGoneAt ? [describeGone(run.settings?.TableName, run.foundGoneAt)] : []),
    ...(run.restoredWith ? [`restored with issues: ${run.restoredWith}`] : []),
    ...(run.verifiedWith ? [run.verifiedWith] : []),
    ...(lastMinute && !lastMinute.isSafe ? [lastMinute.text] : []),
    ...(run.settings && leftTableUntouched(run) ? describeLeftOn(run) : []),
  ];
  return {
    TableName: run.settings?.TableName,
    DataUnderName: underName,
    ...(run.settings?.DryRun && run.preparedAt && { DryRun: describeSwapPlan(run as SwapRun) }),
    RestoredTo: run.restoredTo,
    ...(run.isCold && { FromColdStorage: true }),
    ...(isDuplicateThere && { DuplicateTableName: run.duplicateName }),
    ...(run.duplicateKeptUntil && { DuplicateKeptUntil: isoTime(run.duplicateKeptUntil) }),
    ...(run.adopted && { ContinuedFrom: run.adopted.fromRun }),
    FallbackBackupArn: run.fallbackBackupArn,
    EarlierFallbackBackupArn: run.earlierFallbackArn,
    ...(run.fallbackKeptUntil !== undefined && { FallbackKeptUntil: isoTime(Number(run.fallbackKeptUntil)) }),
    ...((!isCleanedUp || run.duplicateKeptUntil) && { DuplicateBackupArn: run.duplicateBackupArn }),
    SystemBackupArn: run.systemBackupArn,
    LastMinute: lastMinute?.text,
    ...(isDeleted(run) && run.recoveryTurnedOnAt && { PointInTimeRecovery: OWN_RECOVERY }),
    ...(run.deletedAt && run.availableAt && { UnavailableSeconds: run.availableAt - run.deletedAt }),
    RecoveryTime: finishedAt - run.startedAt,
    ...(notRestored.length > 0 && { SettingsNotRestored: notRestored }),
    ...(run.consumersReplaced?.length && { StreamConsumersReplaced: run.consumersReplaced }),
    ...(isDeleted(run) && run.readers?.length && { ReadersNotMoved: run.readers }),
    ...(run.settingsChanged?.length && { SettingsChangedMeanwhile: run.settingsChanged }),
    ...(warnings.length > 0 && { Warning: warnings.join('; ') }),
  };
}

function describeGone(TableName: string | undefined, foundGoneAt: number): string {
  return `the table ${TableName} was gone at ${isoTime(foundGoneAt)}, deleted by somebody else before this run came to that: what was written to it since the fallback backup is in the system backup that DynamoDB makes at a deletion, if its point-in-time recovery was on`;
}

function isDeleted(run: Partial<SwapRun>): run is Partial<SwapRun> & Pick<SwapRun, 'settings'> {
  return run.settings !== undefined && run.deletedAt !== undefined && run.verifiedAs !== 'untouched';
}

async function dataUnderName(run: Partial<SwapRun>): Promise<DataUnderName> {
  const expected = await dataAsLeft(run);
  const isThere = ['restored', 'original, restored from the fallback', 'untouched'].includes(expected);
  if (!isThere || !run.settings || run.tableExists === false) return expected;
  return (await foundInstead(run as SwapRun)) ?? expected;
}

/**
 * What is under the name by now, if not the table that the run left there. After a look that failed only what the run
 * verified itself stands: what it left alone may have been deleted by somebody else, hours ago.
 */
async function foundInstead(run: SwapRun): Promise<'none' | 'another table' | 'unknown' | undefined> {
  const { TableName } = run.settings;
  try {
    const table = await findTable(TableName);
    if (!table || table.TableStatus === 'DELETING') return 'none';
    return table.TableId && !isAsLeft(run, table) ? 'another table' : undefined;
  } catch (error) {
    logger.warn('Could not look at the table', { TableName, reason: describeError(error) });
    return leftTableUntouched(run) ? 'unknown' : undefined;
  }
}

async function dataAsLeft(run: Partial<SwapRun>): Promise<DataUnderName> {
  if (run.verifiedAs === 'restored') return 'restored';
  if (run.verifiedAs === 'original') return 'original, restored from the fallback';
  if (run.settings && !run.tableExists && !run.restoringFrom) return 'none, as before';
  if (run.settings && run.restoringFrom) return lookAtName(run, run.settings.TableName);
  // Without a deletion nothing happened to it.
  return run.deletedAt === undefined || run.verifiedAs === 'untouched' ? 'untouched' : 'unknown';
}

/** What no step could verify: the table itself says where it came from. A look that fails is no answer. */
async function lookAtName(run: Partial<SwapRun>, TableName: string): Promise<DataUnderName> {
  try {
    const table = await findTable(TableName);
    if (!table || table.TableStatus === 'DELETING') return 'none';
    const source = table.RestoreSummary?.SourceBackupArn;
    if (run.wrongTableIds?.includes(table.TableId ?? '')) return 'restored, and found wrong';
    if (source && source === run.duplicateBackupArn) return 'restored, not verified';
    if (source && source === run.fallbackBackupArn) return 'original, restored from the fallback, not verified';
    return 'unknown';
  } catch (error) {
    logger.warn('Could not look at the table', { TableName, reason: describeError(error) });
    return 'unknown';
  }
}

function situation(report: Report, isUntouched: boolean): string | undefined {
  // The input could not even be read.
  if (!report.TableName) return undefined;
  const goOn = report.DuplicateKeptUntil
    ? ` What was restored is in ${report.DuplicateTableName} until ${report.DuplicateKeptUntil}: start again with the same source to continue from there.`
    : '';
  if (report.DataUnderName === 'none, as before')
    return `The table ${report.TableName} does not exist, as before.${goOn}`;
  if (report.DataUnderName === 'untouched') return `The table ${report.TableName} is as it was.${goOn}`;
  const copiesOf =
    report.DataUnderName === 'restored, not verified'
      ? ` Every copy is kept. To verify it later, run dynamodb-table-operation with the Operation VerifyTable and this run's ARN as RunId.`
      : '';
  const copies = [
    report.DuplicateBackupArn,
    report.FallbackBackupArn,
    report.SystemBackupArn,
    report.DuplicateTableName,
  ].filter(Boolean);
  if (report.DataUnderName === 'another table')
    return `Under the name ${report.TableName} is another table, which this run neither made nor changed. The copies that this run has: ${copies.join(', ')}`;
  if (report.DataUnderName !== 'unknown' && report.DataUnderName !== 'none')
    return `Under the name ${report.TableName} is: ${report.DataUnderName}.${copiesOf}`;
  if (report.DataUnderName === 'unknown' && isUntouched)
    return `This run did not touch the table ${report.TableName}, but could not look at it at the end: if somebody else deleted it, THE NAME MAY BE EMPTY.${goOn}`;
  return `THE NAME ${report.TableName} MAY BE EMPTY. Restore it from one of the copies: ${copies.join(', ')}`;
}
