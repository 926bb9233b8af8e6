import { isoTime } from '../../shared/clock';
import { logger } from '../../shared/logger';
import { describeError } from '../../shared/task';
import { findTable } from '../find-table';
import { listBackups } from '../list-backups';
import type { OperationRun } from './operation-run';

/** The system backup may be stamped a little before the deletion's request was recorded. */
const CLOCK_TOLERANCE_SECONDS = 60;

/**
 * What has become of a deletion that was requested and then stopped or failed: DynamoDB does not take it back. Says
 * whether the table is there, and what holds its data. A look that fails is reported as such. Reads only.
 */
export async function describeRequestedDeletion(run: OperationRun): Promise<string> {
  const { settings, fallbackBackupArn, deletionRequestedAt = 0 } = run;
  const { TableName } = settings;
  const copies = [fallbackBackupArn, await findSystemBackup(TableName, deletionRequestedAt)].filter(Boolean);
  const held = copies.length > 0 ? `Its data is in ${copies.join(' and ')}.` : 'No backup of it is known to this run.';
  return `The deletion of ${TableName} was requested at ${isoTime(deletionRequestedAt)} and cannot be stopped: ${await stateOf(TableName)}. ${held}`;
}

async function stateOf(TableName: string): Promise<string> {
  try {
    const table = await findTable(TableName);
    if (!table) return 'the table is gone';
    return table.TableStatus === 'DELETING' ? 'the table is being deleted' : `the table is ${table.TableStatus} now`;
  } catch (error) {
    logger.warn('Could not look at the table', { TableName, reason: describeError(error) });
    return 'whether the table is still there could not be looked up';
  }
}

/** Deleting a table with point-in-time recovery leaves a system backup for 35 days. */
async function findSystemBackup(TableName: string, sinceSeconds: number): Promise<string | undefined> {
  try {
    const since = new Date((sinceSeconds - CLOCK_TOLERANCE_SECONDS) * 1000);
    const backups = await listBackups(TableName, 'SYSTEM');
    return backups.find(({ BackupCreationDateTime: at }) => at !== undefined && at >= since)?.BackupArn;
  } catch (error) {
    logger.warn('Could not list the system backups', { TableName, reason: describeError(error) });
    return undefined;
  }
}
