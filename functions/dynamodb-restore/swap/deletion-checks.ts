import { DescribeBackupCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import {
  ApprovalRefusedError,
  DuplicateChangedError,
  FallbackMissingError,
  TableChangedError,
  TableReplacedError,
} from '../errors';
import { findTable } from '../find-table';
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

function describeApprover({ saidToBe }: NonNullable<SwapRun['approval']>): string {
  return saidToBe ? `, said to be of ${saidToBe}` : '';
}

/** Throws unless the table is the one that was approved: the same id, no new protection from deletion, no new replica. */
export function assertSameTable(run: SwapRun, table: TableDescription): void {
  const { TableName } = run.settings;
  if (table.TableId !== run.table?.tableId)
    throw new TableReplacedError(`The table ${TableName} is not the one that this run began with; it was not deleted.`);
  if (table.DeletionProtectionEnabled && !run.table?.isDeletionProtected)
    throw new TableChangedError(
      `The table ${TableName} was protected from deletion since this run began; it was not deleted.`,
    );
  if (table.Replicas?.length)
    throw new TableChangedError(
      `The table ${TableName} became a global table since this run began; its replicas would go with it, so it was not deleted.`,
    );
}

/** Throws unless the duplicate is there, ACTIVE, and the table that was verified. Reads only. */
export async function assertDuplicate(run: SwapRun): Promise<void> {
  const duplicate = await findTable(run.duplicateName);
  const isSame = !run.duplicateTableId || duplicate?.TableId === run.duplicateTableId;
  if (duplicate?.TableStatus === 'ACTIVE' && isSame) return;
  const state = duplicate ? (isSame ? String(duplicate.TableStatus) : 'another table than the verified one') : 'gone';
  throw new DuplicateChangedError(`The duplicate ${run.duplicateName} is ${state}; nothing was deleted.`);
}

/** Throws FallbackMissingError unless both backups are AVAILABLE and of the tables that they have to be of. Reads only. */
export async function assertBackups(run: SwapRun): Promise<void> {
  await assertAvailable(run.fallbackBackupArn, run.table?.tableId);
  await assertAvailable(run.duplicateBackupArn, run.duplicateTableId);
}

async function assertAvailable(BackupArn: string | undefined, tableId: string | undefined): Promise<void> {
  const { BackupDescription } = BackupArn ? await dynamodb.send(new DescribeBackupCommand({ BackupArn })) : {};
  const { BackupDetails: details, SourceTableDetails: source } = BackupDescription ?? {};
  const isOfTable = !tableId || !source || source.TableId === tableId;
  if (source && details?.BackupStatus === 'AVAILABLE' && isOfTable) return;
  const state = isOfTable ? (details?.BackupStatus ?? 'not there') : `a backup of another table, ${source?.TableId}`;
  throw new FallbackMissingError(`The backup ${BackupArn ?? 'that has to be there'} is ${state}; nothing was deleted.`);
}
