import { StartRestoreJobCommand } from '@aws-sdk/client-backup';
import { RestoreTableFromBackupCommand, RestoreTableToPointInTimeCommand } from '@aws-sdk/client-dynamodb';
import { backupIn } from '../../shared/clients/backup';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds } from '../../shared/clock';
import { requireEnv } from '../../shared/config';
import { TransientServiceError } from '../../shared/errors';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { restoreJob } from '../../shared/waits/kinds/restore-job';
import { tableActive } from '../../shared/waits/kinds/table-active';
import { startWait } from '../../shared/waits/waits';
import type { OperationSettings } from '../input';
import { idempotencyToken } from '../swap/swap-run';
import { getOperationRun, type OperationRun, targetOf } from './operation-run';

const REGION = requireEnv('AWS_REGION');
const RESTORE_ROLE_ARN = requireEnv('RESTORE_ROLE_ARN');
const DEADLINE_SECONDS = 7 * 24 * 3600;

/**
 * Restores a table that does not exist from a DynamoDB backup, a recovery point or a point in time, and waits for it. Safe to repeat: the
 * preflight saw that the name was free, and the lock keeps other runs off, so a table that is there was begun by this run.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getOperationRun({ runId });
  const { settings } = run;
  if (!run.restoreIntendedAt) await updateRun(runId, { restoreIntendedAt: nowSeconds() });
  const wait = { id: `${runId}#table`, region: REGION, deadlineSeconds: DEADLINE_SECONDS, taskToken };
  if (settings.Operation === 'RestoreFromRecoveryPoint') {
    const jobId = await startRestoreJob(run);
    await updateRun(runId, { restoreJobId: jobId });
    return startWait(restoreJob, { ...wait, resources: [jobId] });
  }
  await restoreWithDynamoDb(settings);
  return startWait(tableActive, { ...wait, resources: [targetOf(settings)] });
});

async function restoreWithDynamoDb(settings: OperationSettings): Promise<void> {
  const TargetTableName = targetOf(settings);
  const key = 'EncryptionKeyArn' in settings ? settings.EncryptionKeyArn : undefined;
  const encryption = key && {
    SSESpecificationOverride: { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId: key },
  };
  try {
    if (settings.Operation === 'RestoreFromBackup')
      await dynamodb.send(
        new RestoreTableFromBackupCommand({ BackupArn: settings.BackupArn, TargetTableName, ...encryption }),
      );
    if (settings.Operation === 'RestoreToPointInTime')
      await dynamodb.send(
        new RestoreTableToPointInTimeCommand({
          SourceTableName: settings.TableName,
          TargetTableName,
          ...(settings.RestoreDateTime === 'latest'
            ? { UseLatestRestorableTime: true }
            : { RestoreDateTime: new Date(settings.RestoreDateTime) }),
          ...encryption,
        }),
      );
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'LimitExceededException') throw new TransientServiceError(message);
    // An earlier attempt began it and its answer was lost.
    if (name !== 'TableAlreadyExistsException' && name !== 'TableInUseException') throw error;
  }
}

async function startRestoreJob({ runId, settings }: OperationRun): Promise<string> {
  if (settings.Operation !== 'RestoreFromRecoveryPoint')
    throw new Error('Only recovery points are restored by AWS Backup.');
  const { RestoreJobId } = await backupIn(REGION).send(
    new StartRestoreJobCommand({
      RecoveryPointArn: settings.RecoveryPointArn,
      IamRoleArn: settings.IamRoleArn ?? RESTORE_ROLE_ARN,
      ResourceType: 'DynamoDB',
      IdempotencyToken: idempotencyToken(runId, 'table'),
      Metadata: {
        targetTableName: targetOf(settings),
        ...(settings.EncryptionKeyArn && { encryptionType: 'KMS', kmsMasterKeyArn: settings.EncryptionKeyArn }),
      },
    }),
  );
  if (!RestoreJobId) throw new Error('AWS Backup accepted the restore job but named no job id.');
  return RestoreJobId;
}
