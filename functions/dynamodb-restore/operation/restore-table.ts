import { RestoreTableFromBackupCommand, RestoreTableToPointInTimeCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds } from '../../shared/clock';
import { requireEnv } from '../../shared/config';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { restoreJob } from '../../shared/waits/kinds/restore-job';
import { tableActive } from '../../shared/waits/kinds/table-active';
import { startWait } from '../../shared/waits/waits';
import { beginRestore, restoreTime, startRestoreJob } from '../begin-restore';
import type { OperationSettings } from '../input';
import { getOperationRun, targetOf } from './operation-run';

const REGION = requireEnv('AWS_REGION');
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
    const tableName = targetOf(settings);
    const jobId = await startRestoreJob(settings, {
      runId,
      step: 'table',
      tableName,
      keyArn: settings.EncryptionKeyArn,
    });
    await updateRun(runId, { restoreJobId: jobId });
    return startWait(restoreJob, { ...wait, resources: [jobId] });
  }
  await restoreWithDynamoDb(settings);
  return startWait(tableActive, { ...wait, resources: [targetOf(settings)] });
});

function restoreWithDynamoDb(settings: OperationSettings): Promise<void> {
  const TargetTableName = targetOf(settings);
  const key = 'EncryptionKeyArn' in settings ? settings.EncryptionKeyArn : undefined;
  const encryption = key && {
    SSESpecificationOverride: { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId: key },
  };
  return beginRestore(async () => {
    if (settings.Operation === 'RestoreFromBackup')
      await dynamodb.send(
        new RestoreTableFromBackupCommand({ BackupArn: settings.BackupArn, TargetTableName, ...encryption }),
      );
    if (settings.Operation === 'RestoreToPointInTime')
      await dynamodb.send(
        new RestoreTableToPointInTimeCommand({
          SourceTableName: settings.TableName,
          TargetTableName,
          ...restoreTime(settings.RestoreDateTime),
          ...encryption,
        }),
      );
  });
}
