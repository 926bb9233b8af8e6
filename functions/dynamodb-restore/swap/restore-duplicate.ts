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
import { findTable } from '../find-table';
import { getSwapRun, idempotencyToken, type SwapRun, waitId } from './swap-run';

const REGION = requireEnv('AWS_REGION');
const RESTORE_ROLE_ARN = requireEnv('RESTORE_ROLE_ARN');
/** Cold storage takes hours, large tables a day; the deadline is only for what never ends. */
const DEADLINE_SECONDS = 7 * 24 * 3600;

/**
 * Restores what is wanted to the duplicate, beside the table, and waits for it. Safe to repeat: the duplicate's name and
 * the idempotency token belong to this run alone, so whatever exists under the name was begun by it.
 * A duplicate that was taken over from an interrupted run is there already.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getSwapRun({ runId });
  if (!run.duplicateIntendedAt) await updateRun(runId, { duplicateIntendedAt: nowSeconds() });
  const wait = { id: waitId(runId, 'duplicate'), region: REGION, deadlineSeconds: DEADLINE_SECONDS, taskToken };
  if (run.settings.Source.Type === 'RecoveryPoint' && !run.adopted) {
    const jobId = await startRestoreJob(run);
    await updateRun(runId, { restoreJobId: jobId });
    return startWait(restoreJob, { ...wait, resources: [jobId] });
  }
  if (!run.adopted && !(await findTable(run.duplicateName))) await restoreWithDynamoDb(run);
  return startWait(tableActive, { ...wait, resources: [run.duplicateName] });
});

async function restoreWithDynamoDb({ settings, duplicateName }: SwapRun): Promise<void> {
  const { Source, TableName } = settings;
  try {
    if (Source.Type === 'Backup') {
      await dynamodb.send(
        new RestoreTableFromBackupCommand({ BackupArn: Source.BackupArn, TargetTableName: duplicateName }),
      );
    } else if (Source.Type === 'PointInTime') {
      const time =
        Source.RestoreDateTime === 'latest'
          ? { UseLatestRestorableTime: true }
          : { RestoreDateTime: new Date(Source.RestoreDateTime) };
      await dynamodb.send(
        new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: duplicateName, ...time }),
      );
    }
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'LimitExceededException') throw new TransientServiceError(message);
    // An earlier attempt began it and its answer was lost.
    if (name !== 'TableAlreadyExistsException' && name !== 'TableInUseException') throw error;
  }
}

async function startRestoreJob({ runId, settings, duplicateName, table }: SwapRun): Promise<string> {
  const { Source } = settings;
  if (Source.Type !== 'RecoveryPoint') throw new Error('Only recovery points are restored by AWS Backup.');
  const { RestoreJobId } = await backupIn(REGION).send(
    new StartRestoreJobCommand({
      RecoveryPointArn: Source.RecoveryPointArn,
      IamRoleArn: Source.IamRoleArn ?? RESTORE_ROLE_ARN,
      ResourceType: 'DynamoDB',
      IdempotencyToken: idempotencyToken(runId, 'duplicate'),
      Metadata: {
        targetTableName: duplicateName,
        ...(table?.kmsKeyArn && { encryptionType: 'KMS', kmsMasterKeyArn: table.kmsKeyArn }),
      },
    }),
  );
  if (!RestoreJobId) throw new Error('AWS Backup accepted the restore job but named no job id.');
  return RestoreJobId;
}
