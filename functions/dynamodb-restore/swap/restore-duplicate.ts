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
import { findTable } from '../find-table';
import { chosenKeyOverride, keyOf } from './chosen-key';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

const REGION = requireEnv('AWS_REGION');
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
  const { Source } = run.settings;
  if (Source.Type === 'RecoveryPoint' && !run.adopted) {
    const tableName = run.duplicateName;
    const jobId = await startRestoreJob(Source, { runId, step: 'duplicate', tableName, keyArn: keyOf(run) });
    await updateRun(runId, { restoreJobId: jobId });
    return startWait(restoreJob, { ...wait, resources: [jobId] });
  }
  if (!run.adopted && !(await findTable(run.duplicateName))) await restoreWithDynamoDb(run);
  return startWait(tableActive, { ...wait, resources: [run.duplicateName] });
});

function restoreWithDynamoDb(run: SwapRun): Promise<void> {
  const { settings, duplicateName } = run;
  const { Source, TableName } = settings;
  const key = chosenKeyOverride(run);
  return beginRestore(async () => {
    if (Source.Type === 'Backup')
      await dynamodb.send(
        new RestoreTableFromBackupCommand({ BackupArn: Source.BackupArn, TargetTableName: duplicateName, ...key }),
      );
    if (Source.Type === 'PointInTime')
      await dynamodb.send(
        new RestoreTableToPointInTimeCommand({
          SourceTableName: TableName,
          TargetTableName: duplicateName,
          ...restoreTime(Source.RestoreDateTime),
          ...key,
        }),
      );
  });
}
