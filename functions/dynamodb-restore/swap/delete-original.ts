import { DescribeBackupCommand, DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds, sleep } from '../../shared/clock';
import { requireEnv } from '../../shared/config';
import { TransientServiceError } from '../../shared/errors';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { tableGone } from '../../shared/waits/kinds/table-gone';
import { getWait, startWait } from '../../shared/waits/waits';
import { ApprovalRefusedError, FallbackMissingError, TableReplacedError } from '../errors';
import { findTable } from '../find-table';
import { deleteTable } from '../request-deletion';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 3600;
const WATCHED_SECONDS = 30;
const PAUSE_SECONDS = 2;

/**
 * Deletes the original, and waits until its name is free. Right before that it checks again that the
 * approval was given (if one is required), that both backups are AVAILABLE, and that the table is still the same one.
 * Safe to repeat: the intent is noted first, and a table that is gone or going is not an error any more.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getSwapRun({ runId });
  await assertApproved(run);
  for (const arn of [run.fallbackBackupArn, run.duplicateBackupArn]) await assertAvailable(arn);
  const { TableName } = run.settings;
  const original = await describeOriginal(run);
  if (original && original.TableStatus !== 'DELETING') {
    if (!run.deletionIntendedAt) await updateRun(runId, { deletionIntendedAt: nowSeconds() });
    if (original.DeletionProtectionEnabled)
      await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    // Taking protection off keeps the table UPDATING for a moment, and such a table cannot be deleted.
    if (original.DeletionProtectionEnabled || original.TableStatus !== 'ACTIVE')
      throw new TransientServiceError(`${TableName} is being updated.`);
    await updateRun(runId, { deletedAt: nowSeconds() });
    await deleteTable(TableName);
    await untilGone(TableName);
  }
  await startWait(tableGone, {
    id: waitId(runId, 'deletion'),
    region: REGION,
    resources: [TableName],
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

/** A deletion takes seconds. The name is empty meanwhile, so this does not wait for the reconciler's next look. */
async function untilGone(TableName: string): Promise<void> {
  for (let waited = 0; waited < WATCHED_SECONDS && (await findTable(TableName)); waited += PAUSE_SECONDS)
    await sleep(PAUSE_SECONDS);
}

async function assertApproved(run: SwapRun): Promise<void> {
  if (run.settings.Approval === 'Skip') return;
  const answer = (await getWait(waitId(run.runId, 'approval')))?.settled[run.runId]?.state;
  if (answer !== 'APPROVED')
    throw new ApprovalRefusedError(
      `The table ${run.settings.TableName} was not deleted: ${run.approval?.by ?? 'the answer'} said no.`,
    );
}

async function assertAvailable(BackupArn: string | undefined): Promise<void> {
  const { BackupDescription } = BackupArn ? await dynamodb.send(new DescribeBackupCommand({ BackupArn })) : {};
  const status = BackupDescription?.BackupDetails?.BackupStatus;
  if (status !== 'AVAILABLE')
    throw new FallbackMissingError(
      `The backup ${BackupArn ?? 'that has to be there'} is ${status ?? 'not there'}; nothing was deleted.`,
    );
}

async function describeOriginal(run: SwapRun) {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: run.settings.TableName }));
    if (Table?.TableId !== run.table?.tableId) {
      throw new TableReplacedError(
        `The table ${run.settings.TableName} is not the one that this run began with; it was not deleted.`,
      );
    }
    return Table;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
