import { DescribeBackupCommand, DescribeContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { TransientServiceError } from '../../shared/errors';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { getWait } from '../../shared/waits/waits';
import { TableRestoreFailedError, TableVerificationError } from '../errors';
import { findTable } from '../find-table';
import { getOperationRun, type OperationRun } from './operation-run';

/** Looks whether the operation had its effect, and notes it. Reads only. */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  await updateRun(runId, { verified: await effectOf(await getOperationRun({ runId })) });
});

async function effectOf({ runId, settings, fallbackBackupArn }: OperationRun): Promise<string> {
  const { TableName } = settings;
  const table = await findTable(TableName);
  switch (settings.Operation) {
    case 'CreateBackup': {
      const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn: fallbackBackupArn }));
      return expectThat(BackupDescription?.BackupDetails?.BackupStatus, 'AVAILABLE', 'the backup');
    }
    case 'DeleteTable':
      return expectThat(table?.TableStatus ?? 'gone', 'gone', `the table ${TableName}`);
    case 'EnablePointInTimeRecovery': {
      const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
      const { PointInTimeRecoveryStatus: status, RecoveryPeriodInDays: days } =
        ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
      // A change of the period takes a moment to be seen.
      if (status === 'ENABLED' && days !== undefined && days !== settings.RecoveryPeriodInDays)
        throw new TransientServiceError(`The recovery period of ${TableName} is ${days} days.`);
      return expectThat(status, 'ENABLED', 'point-in-time recovery');
    }
    case 'EnableDeletionProtection':
      // The change takes a moment to be seen.
      if (!table?.DeletionProtectionEnabled) throw new TransientServiceError(`${TableName} is not protected yet.`);
      return 'deletion protection is on';
    case 'RestoreFromRecoveryPoint':
      await assertCompleted(runId);
      return expectThat(table?.TableStatus, 'ACTIVE', `the table ${TableName}`);
    case 'RestoreFromBackup':
      // Another process may have made a table of that name in the meantime.
      if (table?.RestoreSummary?.SourceBackupArn !== settings.BackupArn)
        throw new TableVerificationError(`The table ${TableName} was not restored from ${settings.BackupArn}.`);
      return expectThat(table?.TableStatus, 'ACTIVE', `the table ${TableName}`);
  }
}

/** A restore job that fails may leave a table with a part of the data. */
async function assertCompleted(runId: string): Promise<void> {
  const [job] = Object.values((await getWait(`${runId}#table`))?.settled ?? {});
  if (job?.state !== 'COMPLETED')
    throw new TableRestoreFailedError(
      `The restore job ended ${job?.state ?? 'unknown'}${job?.statusMessage ? `: ${job.statusMessage}` : ''}`,
    );
}

function expectThat(found: string | undefined, wanted: string, what: string): string {
  if (found !== wanted) throw new TableVerificationError(`${what} is ${found ?? 'not there'}, it should be ${wanted}.`);
  return `${what} is ${wanted}`;
}
