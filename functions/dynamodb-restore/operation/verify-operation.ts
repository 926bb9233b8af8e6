import { DescribeContinuousBackupsCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { TransientServiceError } from '../../shared/errors';
import { findRun, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { getWait } from '../../shared/waits/waits';
import { compareWithDuplicate } from '../compare-with-duplicate';
import { TableRestoreFailedError, TableVerificationError } from '../errors';
import { findTable } from '../find-table';
import { isAvailable, statusOfBackup } from '../swap/leftovers';
import type { SwapRun } from '../swap/swap-run';
import { noteSystemBackup } from '../system-backup';
import { getOperationRun, type OperationRun, targetOf } from './operation-run';

/**
 * Looks whether the operation had its effect, and notes it. After a deletion it waits some minutes for the system backup.
 * Reads only.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  await updateRun(runId, { verified: await effectOf(await getOperationRun({ runId })) });
});

async function effectOf(run: OperationRun): Promise<string> {
  const { runId, settings, fallbackBackupArn } = run;
  const { TableName } = settings;
  const name = targetOf(settings);
  const table = await findTable(name);
  switch (settings.Operation) {
    case 'CreateBackup':
      return expectThat(await statusOfBackup(fallbackBackupArn), 'AVAILABLE', 'the backup');
    case 'DeleteTable':
      return deletionOf(run, table);
    case 'EnablePointInTimeRecovery': {
      const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
      const { PointInTimeRecoveryStatus: status, RecoveryPeriodInDays: days } =
        ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
      // A change of the period takes a moment to be seen.
      const wanted = settings.RecoveryPeriodInDays ?? days;
      if (status === 'ENABLED' && days !== undefined && days !== wanted)
        throw new TransientServiceError(`The recovery period of ${TableName} is ${days} days.`);
      return expectThat(status, 'ENABLED', 'point-in-time recovery');
    }
    case 'EnableDeletionProtection':
      // The change takes a moment to be seen.
      if (!table?.DeletionProtectionEnabled) throw new TransientServiceError(`${TableName} is not protected yet.`);
      return 'deletion protection is on';
    case 'RestoreFromRecoveryPoint':
      await assertCompleted(runId);
      return expectThat(table?.TableStatus, 'ACTIVE', `the table ${name}`);
    case 'RestoreFromBackup':
      assertThere(table, name);
      // Another process may have made a table of that name in the meantime.
      if (table?.RestoreSummary?.SourceBackupArn !== settings.BackupArn)
        throw new TableVerificationError(`The table ${name} was not restored from ${settings.BackupArn}.`);
      return expectThat(table?.TableStatus, 'ACTIVE', `the table ${name}`);
    case 'VerifyTable':
      return compareWithRun(await findRun<SwapRun>(settings.RunId), table);
    case 'RemoveLeftovers':
      return leftoversOf(await findRun<SwapRun>(settings.RunId));
    case 'RestoreToPointInTime':
      assertThere(table, name);
      if (table?.RestoreSummary?.SourceTableArn?.split('/').at(-1) !== TableName)
        throw new TableVerificationError(`The table ${name} was not restored from ${TableName}.`);
      return expectThat(table?.TableStatus, 'ACTIVE', `the table ${name}`);
  }
}

/** A restore that fails leaves no table. */
function assertThere(table: TableDescription | undefined, name: string): void {
  if (!table)
    throw new TableRestoreFailedError(`The table ${name} is not there: its restore failed, or it was deleted.`);
}

/** The table has to be gone, and the system backup that DynamoDB makes of it is waited for. */
async function deletionOf(run: OperationRun, table: TableDescription | undefined): Promise<string> {
  const { TableName } = run.settings;
  const isOther = table && run.tableId && table.TableId !== run.tableId;
  const effect = isOther
    ? `the table ${TableName} is gone, and another table has its name`
    : expectThat(table ? table.TableStatus : 'gone', 'gone', `the table ${TableName}`);
  if (run.deletionRequestedAt && (await noteSystemBackup(run, run.deletionRequestedAt)))
    throw new TransientServiceError(`The system backup of ${TableName} is not AVAILABLE yet.`);
  return effect;
}

/** The duplicate has to be gone, and with it its backup. */
async function leftoversOf(run: SwapRun | undefined): Promise<string> {
  if (!run) throw new TableVerificationError('There is no record of the run any more.');
  const { duplicateName, duplicateBackupArn } = run;
  // A deletion takes some seconds.
  if (await findTable(duplicateName)) throw new TransientServiceError(`${duplicateName} is still there.`);
  if (await isAvailable(duplicateBackupArn))
    throw new TableVerificationError(`The backup ${duplicateBackupArn} is still there.`);
  return `the duplicate ${duplicateName} and its backup are gone`;
}

/** Compares a table that a run could not verify with the run's duplicate. The table is in use: it may have changed since. */
async function compareWithRun(run: SwapRun | undefined, table: TableDescription | undefined): Promise<string> {
  if (!run) throw new TableVerificationError('There is no record of the run any more.');
  const { TableName } = run.settings;
  if (!table || table.RestoreSummary?.SourceBackupArn !== run.duplicateBackupArn)
    throw new TableVerificationError(`The table ${TableName} was not restored by the run ${run.runId}.`);
  const { verdict, remark } = await compareWithDuplicate(run, table);
  if (verdict)
    throw new TableVerificationError(
      `${TableName} differs from the duplicate ${run.duplicateName}, or was changed since the run: ${verdict}.`,
    );
  return `the table ${TableName} has what the duplicate ${run.duplicateName} has${remark ? `; ${remark}` : ''}`;
}

/** A restore job that fails may leave a table with a part of the data. What AWS Backup says of one that did not is recorded. */
async function assertCompleted(runId: string): Promise<void> {
  const [job] = Object.values((await getWait(`${runId}#table`))?.settled ?? {});
  if (job?.state !== 'COMPLETED')
    throw new TableRestoreFailedError(
      `The restore job ended ${job?.state ?? 'unknown'}${job?.statusMessage ? `: ${job.statusMessage}` : ''}`,
    );
  if (job.statusMessage) await updateRun(runId, { restoredWith: job.statusMessage });
}

function expectThat(found: string | undefined, wanted: string, what: string): string {
  if (found !== wanted) throw new TableVerificationError(`${what} is ${found ?? 'not there'}, it should be ${wanted}.`);
  return `${what} is ${wanted}`;
}
