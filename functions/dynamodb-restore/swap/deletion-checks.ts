import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { ApprovalRefusedError, DuplicateChangedError, FallbackMissingError } from '../errors';
import { findBackup } from '../find-backup';
import { findTable } from '../find-table';
import { assertSame } from '../same-table';
import { changesOf } from './duplicate-changes';
import type { SwapRun } from './swap-run';

/** Throws ApprovalRefusedError when the stored answer is no. */
export function assertNotRefused(run: SwapRun): void {
  if (run.approval?.isApproved === false) throw refusal(run);
}

/** The error of a run whose deletion was not approved. */
export function refusal({ settings, approval }: Pick<SwapRun, 'settings' | 'approval'>): ApprovalRefusedError {
  const answer = approval ? `the answer was no${describeApprover(approval)}` : 'there is no answer';
  return new ApprovalRefusedError(`The table ${settings.TableName} was not deleted: ${answer}.`);
}

function describeApprover({ principal, saidToBe }: NonNullable<SwapRun['approval']>): string {
  if (principal) return `, of ${principal}`;
  return saidToBe ? `, said to be of ${saidToBe}` : '';
}

/** Throws unless the table is the one that was approved: the same id, no new protection from deletion, no new replica. */
export function assertSameTable({ settings, table: before }: SwapRun, table: TableDescription): void {
  assertSame(table, {
    TableName: settings.TableName,
    tableId: before?.tableId,
    mayBeProtected: Boolean(before?.isDeletionProtected),
  });
}

/** Throws unless the duplicate is there, ACTIVE, and the table that was verified. Reads only. */
export async function assertDuplicate(run: SwapRun): Promise<void> {
  const duplicate = await findTable(run.duplicateName);
  const match = matchOf(duplicate?.TableId, run.duplicateTableId);
  if (duplicate?.TableStatus === 'ACTIVE' && match === 'same') return;
  const state = duplicate ? { same: `is ${duplicate.TableStatus}`, ...OTHERS }[match] : 'is gone';
  throw new DuplicateChangedError(`The duplicate ${run.duplicateName} ${state}; nothing was deleted.`);
}

/** Throws when the duplicate was written to since it was verified: what was approved is not what a person sees there. */
export async function assertUnchanged({ duplicateName, duplicateItems, duplicateSample }: SwapRun): Promise<void> {
  const changed = await changesOf(duplicateName, { items: duplicateItems, sample: duplicateSample });
  if (changed)
    throw new DuplicateChangedError(
      `The duplicate ${duplicateName} was changed since it was verified: ${changed}; nothing was deleted.`,
    );
}

/** Throws FallbackMissingError unless both backups are AVAILABLE and of the tables that they have to be of. Reads only. */
export async function assertBackups(run: SwapRun): Promise<void> {
  await assertAvailable(run.fallbackBackupArn, run.table?.tableId);
  await assertAvailable(run.duplicateBackupArn, run.duplicateTableId);
}

async function assertAvailable(BackupArn: string | undefined, tableId: string | undefined): Promise<void> {
  const { BackupDetails: details, SourceTableDetails: source } = (await findBackup(BackupArn)) ?? {};
  const status = details?.BackupStatus;
  const match = matchOf(source?.TableId, tableId);
  if (status === 'AVAILABLE' && match === 'same') return;
  const what = `The backup ${BackupArn ?? 'that has to be there'}`;
  if (status !== 'AVAILABLE')
    throw new FallbackMissingError(`${what} is ${status ?? 'not there'}; nothing was deleted.`);
  const state = match === 'other' ? `is of another table, ${source?.TableId}` : OTHERS.unknown;
  throw new FallbackMissingError(`${what} ${state}; nothing was deleted.`);
}

type Match = 'same' | 'other' | 'unknown';

const OTHERS = {
  other: 'is another table than the verified one',
  unknown: 'could not be told apart from one of another table: DynamoDB shows no id of the table',
};

/** Compares ids of tables. Runs that began before 2026-11-30 recorded none to compare with. */
function matchOf(found: string | undefined, wanted: string | undefined): Match {
  if (wanted === undefined) return 'same';
  if (!found || !wanted) return 'unknown';
  return found === wanted ? 'same' : 'other';
}
