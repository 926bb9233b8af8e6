import { DeleteBackupCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { hasName } from '../../shared/error-name';
import { TransientServiceError } from '../../shared/errors';
import { findBackup } from '../find-backup';
import { findTable } from '../find-table';
import { deleteTable } from '../request-deletion';
import type { SwapRun } from './swap-run';

/** Whether a run ended without touching its table. */
export function leftTableUntouched({
  verifiedAs,
  deletedAt,
  restoringFrom,
}: Pick<SwapRun, 'verifiedAs' | 'deletedAt' | 'restoringFrom'>): boolean {
  return verifiedAs === 'untouched' || (deletedAt === undefined && !restoringFrom);
}

/**
 * Whether a table is the one that a run left under the name: the one that it verified, or never touched. Beside another
 * one, the run's copies may be the last ones. Runs that began before 2026-11-30 recorded no id.
 */
export function isAsLeft(run: SwapRun, { TableId }: TableDescription): boolean {
  const wanted = leftTableUntouched(run) ? run.table?.tableId : run.verifiedTableId;
  return wanted === undefined || wanted === TableId;
}

/**
 * Removes the duplicate of a swap and its backup, unless another run may use them: the backup when the original or its fallback is
 * there. Call it only for a run whose table is verified or untouched. Throws TransientServiceError while the duplicate is
 * being restored, or its backup is in use. Safe to repeat: what is gone is no error.
 */
export async function removeLeftovers(
  run: SwapRun,
  { isUntouched, isDuplicateKept }: { isUntouched: boolean; isDuplicateKept: boolean },
): Promise<void> {
  if (isDuplicateKept) return;
  const duplicate = await findTable(run.duplicateName);
  // A table of that name that another person made is not the duplicate.
  const isOther = duplicate && run.duplicateTableId && duplicate.TableId !== run.duplicateTableId;
  if (!isOther) await deleteTable(run.duplicateName);
  // With the source of the restore still there, and the fallback or the original itself, the duplicate's backup is spare.
  const isSafe = isUntouched || (await isAvailable(run.fallbackBackupArn)) || !run.tableExists;
  if (run.duplicateBackupArn && isSafe) await removeBackup(run.duplicateBackupArn);
}

/** Whether a backup can be restored. A backup that is gone cannot. */
export async function isAvailable(BackupArn: string | undefined): Promise<boolean> {
  return (await statusOfBackup(BackupArn)) === 'AVAILABLE';
}

/** DynamoDB's word for how a backup is; nothing when there is none. */
export async function statusOfBackup(BackupArn: string | undefined): Promise<string | undefined> {
  return (await findBackup(BackupArn))?.BackupDetails?.BackupStatus;
}

async function removeBackup(BackupArn: string): Promise<void> {
  try {
    await dynamodb.send(new DeleteBackupCommand({ BackupArn }));
  } catch (error) {
    const { message } = error as Error;
    if (hasName(error, 'BackupInUseException')) throw new TransientServiceError(message);
    if (!hasName(error, 'BackupNotFoundException')) throw error;
  }
}
