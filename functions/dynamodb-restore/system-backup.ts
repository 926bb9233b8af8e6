import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { updateRun } from '../shared/runs/runs';
import { describeError, isTransient } from '../shared/task';
import { listBackups } from './list-backups';
import type { OperationRun } from './operation/operation-run';
import type { SwapRun } from './swap/swap-run';

/** The backup may be stamped a little before the deletion was recorded. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** For so long a backup may come or become AVAILABLE. */
const COMES_WITHIN_SECONDS = 180;

/** What is known of the backup that DynamoDB makes of a table with point-in-time recovery at its deletion. */
export interface SystemBackup {
  /** `unknown`: it could not be looked up, for `reason`. */
  state: 'CREATING' | 'AVAILABLE' | 'DELETED' | 'none' | 'unknown';
  arn?: string;
  reason?: string;
}

type Deletion = Pick<SwapRun | OperationRun, 'settings' | 'recoveryAtDeletion' | 'systemBackup'>;

/** Looks for the system backup of a table that was deleted at `sinceSeconds` (since 1970) or later. Reads only. */
export async function findSystemBackup(TableName: string, sinceSeconds: number): Promise<SystemBackup> {
  const since = new Date((sinceSeconds - CLOCK_TOLERANCE_SECONDS) * 1000);
  try {
    const found = (await listBackups(TableName, 'SYSTEM')).find(
      ({ BackupCreationDateTime: at }) => at !== undefined && at >= since,
    );
    return found ? { state: found.BackupStatus ?? 'unknown', arn: found.BackupArn } : { state: 'none' };
  } catch (error) {
    if (isTransient(error)) throw error;
    logger.warn('Could not list the system backups', { TableName, reason: describeError(error) });
    return { state: 'unknown', reason: describeError(error) };
  }
}

/** Looks for the system backup of a run's deletion and records what is known. True when a later look may tell more. */
export async function noteSystemBackup(run: SwapRun | OperationRun, deletedAt: number): Promise<boolean> {
  if (run.systemBackup?.state === 'AVAILABLE') return false;
  const systemBackup = await findSystemBackup(run.settings.TableName, deletedAt);
  await updateRun(run.runId, { systemBackup, ...(systemBackup.arn && { systemBackupArn: systemBackup.arn }) });
  const isExpected =
    systemBackup.state === 'CREATING' || (systemBackup.state === 'none' && run.recoveryAtDeletion === true);
  return isExpected && nowSeconds() - deletedAt < COMES_WITHIN_SECONDS;
}

/** Where the writes of the minute before a deletion are, in words for the result; `isSafe` when they are in a backup. */
export function describeLastMinute({ settings, recoveryAtDeletion, systemBackup }: Deletion): {
  isSafe: boolean;
  text: string;
} {
  const { TableName } = settings;
  const { state = 'unknown', arn, reason = 'the run ended before it looked' } = systemBackup ?? {};
  if (state === 'AVAILABLE')
    return { isSafe: true, text: `in the system backup ${arn}, which DynamoDB keeps for 35 days` };
  const look = `see aws dynamodb list-backups --backup-type SYSTEM --table-name ${TableName}`;
  if (state === 'unknown' && recoveryAtDeletion !== false)
    return {
      isSafe: false,
      text: `whether a system backup has the writes of the last minute before the deletion could not be told (${reason}); ${look}`,
    };
  const lost = 'writes of the last minute before the deletion may be in no copy';
  if (arn) return { isSafe: false, text: `${lost}: the system backup ${arn} is ${state}` };
  if (recoveryAtDeletion === true)
    return { isSafe: false, text: `${lost}: DynamoDB shows no system backup of ${TableName}; ${look}` };
  return { isSafe: false, text: `${lost}: point-in-time recovery of ${TableName} was off` };
}
