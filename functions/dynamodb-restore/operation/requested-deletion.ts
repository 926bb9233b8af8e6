import { isoTime } from '../../shared/clock';
import { logger } from '../../shared/logger';
import { describeError } from '../../shared/task';
import { findTable } from '../find-table';
import { describeLastMinute, findSystemBackup, type SystemBackup } from '../system-backup';
import type { OperationRun } from './operation-run';

/**
 * What has become of a deletion that was requested and then stopped or failed: DynamoDB does not take it back. Says
 * whether the table is there, and what holds its data. A look that fails is reported as such. Reads only.
 */
export async function describeRequestedDeletion(run: OperationRun): Promise<string> {
  const { settings, fallbackBackupArn, deletionRequestedAt = 0 } = run;
  const { TableName } = settings;
  const systemBackup = await systemBackupOf(TableName, deletionRequestedAt);
  const copies = [fallbackBackupArn, systemBackup.arn].filter(Boolean);
  const held = copies.length > 0 ? `Its data is in ${copies.join(' and ')}.` : 'No backup of it is known to this run.';
  const { isSafe, text } = describeLastMinute({ ...run, systemBackup });
  return `The deletion of ${TableName} was requested at ${isoTime(deletionRequestedAt)} and cannot be stopped: ${await stateOf(TableName)}. ${held}${isSafe ? '' : ` ${capitalised(text)}.`}`;
}

async function systemBackupOf(TableName: string, deletedAt: number): Promise<SystemBackup> {
  try {
    return await findSystemBackup(TableName, deletedAt);
  } catch (error) {
    return { state: 'unknown', reason: describeError(error) };
  }
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

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
