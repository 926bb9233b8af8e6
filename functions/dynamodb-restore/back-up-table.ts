import { CreateBackupCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { TransientServiceError } from '../shared/errors';
import { updateRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { tableBackup } from '../shared/waits/kinds/table-backup';
import { startWait } from '../shared/waits/waits';
import { listBackups } from './list-backups';
import { fallbackName } from './names';
import { getSwapRun, type SwapRun, waitId } from './swap/swap-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 24 * 3600;
/** A new table cannot be backed up for some seconds; others change the table, or too many backups are being made. */
const GOES_AWAY = ['ContinuousBackupsUnavailableException', 'TableInUseException', 'LimitExceededException'];
// CreateBackup has no idempotency token: the SDK must not send it again by itself when an answer is lost.
const creator = new DynamoDBClient({ maxAttempts: 1 });

/**
 * Backs up the original (the fallback) or the duplicate, and waits until the backup can be restored. `isRenewal` replaces a
 * fallback that got too old while the run waited for the approval. Safe to repeat: the
 * backup's name belongs to this run alone, so one of that name is adopted instead of being made again.
 */
export const handler = task(
  async ({
    runId,
    which,
    isRenewal,
    taskToken,
  }: {
    runId: string;
    which: 'original' | 'duplicate';
    isRenewal?: boolean;
    taskToken: string;
  }): Promise<void> => {
    const run = isRenewal ? await forgetFallback(await getSwapRun({ runId })) : await getSwapRun({ runId });
    const TableName = which === 'original' ? run.settings.TableName : run.duplicateName;
    const BackupName = which === 'original' ? run.fallbackName : run.duplicateName;
    const known = which === 'original' ? run.fallbackBackupArn : run.duplicateBackupArn;
    const backupArn = known ?? (await findBackup(TableName, BackupName)) ?? (await createBackup(TableName, BackupName));
    await updateRun(runId, { [which === 'original' ? 'fallbackBackupArn' : 'duplicateBackupArn']: backupArn });
    await startWait(tableBackup, {
      id: waitId(runId, which === 'original' ? 'fallbackBackup' : 'duplicateBackup'),
      region: REGION,
      resources: [backupArn],
      deadlineSeconds: DEADLINE_SECONDS,
      taskToken,
    });
  },
);

/** The record of a run that makes its fallback again: the earlier one is kept, under another name in the record. */
async function forgetFallback(run: SwapRun): Promise<SwapRun> {
  if (run.fallbackRenewedAt) return run;
  const { fallbackBackupArn: earlierFallbackArn, ...others } = run;
  const renewedAt = nowSeconds();
  const renewed = {
    fallbackName: fallbackName(run.settings.TableName, renewedAt),
    fallbackRenewedAt: renewedAt,
    earlierFallbackArn,
  };
  await updateRun(run.runId, renewed, ['fallbackBackupArn']);
  return { ...others, ...renewed };
}

async function findBackup(TableName: string, BackupName: string): Promise<string | undefined> {
  for (const backup of await listBackups(TableName, 'USER')) {
    if (backup.BackupName === BackupName && backup.BackupStatus !== 'DELETED') return backup.BackupArn;
  }
  return undefined;
}

async function createBackup(TableName: string, BackupName: string): Promise<string> {
  try {
    const { BackupDetails } = await creator.send(new CreateBackupCommand({ TableName, BackupName }));
    if (!BackupDetails?.BackupArn) throw new Error('DynamoDB accepted the backup but named no ARN.');
    return BackupDetails.BackupArn;
  } catch (error) {
    const { name, message } = error as Error;
    if (GOES_AWAY.includes(name)) throw new TransientServiceError(message);
    throw error;
  }
}
