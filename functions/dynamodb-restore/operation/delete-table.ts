import { type TableDescription, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds } from '../../shared/clock';
import { requireEnv } from '../../shared/config';
import { TransientServiceError } from '../../shared/errors';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { tableGone } from '../../shared/waits/kinds/table-gone';
import { startWait } from '../../shared/waits/waits';
import { FallbackMissingError } from '../errors';
import { findTable } from '../find-table';
import { noteRecoveryAtDeletion } from '../last-minute';
import { deleteTable } from '../request-deletion';
import { assertSame } from '../same-table';
import { statusOfBackup } from '../swap/leftovers';
import { getOperationRun, type OperationRun } from './operation-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 3600;

/**
 * Deletes the table, if its backup is AVAILABLE or was declined, and waits until it is gone. Right before that it looks
 * again: the table is the one of the preflight, and no one protected it since. Safe to repeat: that protection is taken off
 * is noted first, and a table that is gone or going is not an error any more.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getOperationRun({ runId });
  const { TableName } = run.settings;
  await assertBackedUp(run);
  const table = await findTable(TableName);
  // Once the deletion was asked for, another table is somebody else's.
  const isOther = run.deletionRequestedAt && run.tableId && table?.TableId !== run.tableId;
  if (table && !isOther && table.TableStatus !== 'DELETING') {
    assertAsBefore(run, table);
    if (table.DeletionProtectionEnabled) {
      await updateRun(runId, { protectionRemovedAt: nowSeconds() });
      await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    }
    // Taking protection off keeps the table UPDATING for a moment, and such a table cannot be deleted.
    if (table.DeletionProtectionEnabled || !['ACTIVE', 'ARCHIVED'].includes(String(table.TableStatus)))
      throw new TransientServiceError(`${TableName} is being updated.`);
    if (!run.deletionRequestedAt) {
      await noteRecoveryAtDeletion(run);
      await updateRun(runId, { deletionRequestedAt: nowSeconds() });
    }
    await deleteTable(TableName);
  }
  await startWait(tableGone, {
    id: `${runId}#table`,
    region: REGION,
    resources: [TableName],
    ...(run.tableId && { context: { tableId: run.tableId } }),
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

function assertAsBefore({ settings, tableId }: OperationRun, table: TableDescription): void {
  // Runs that an older release began recorded none.
  if (settings.Operation !== 'DeleteTable' || tableId === undefined) return;
  const { TableName, RemoveDeletionProtection } = settings;
  assertSame(table, { TableName, tableId, mayBeProtected: RemoveDeletionProtection });
}

async function assertBackedUp({ settings, fallbackBackupArn: BackupArn }: OperationRun): Promise<void> {
  if (settings.Operation === 'DeleteTable' && settings.SkipBackup) return;
  const status = await statusOfBackup(BackupArn);
  if (status !== 'AVAILABLE')
    throw new FallbackMissingError(
      `The backup ${BackupArn ?? 'that has to be there'} is ${status ?? 'not there'}; the table was not deleted.`,
    );
}
