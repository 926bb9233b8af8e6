import { DescribeBackupCommand, DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds, sleep } from '../../shared/clock';
import { requireEnv } from '../../shared/config';
import { TransientServiceError } from '../../shared/errors';
import { getRun, updateRun, updateRunIf } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { tableGone } from '../../shared/waits/kinds/table-gone';
import { startWait } from '../../shared/waits/waits';
import { ApprovalRefusedError, FallbackMissingError, TableReplacedError } from '../errors';
import { findTable } from '../find-table';
import { deleteTable } from '../request-deletion';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 3600;
const WATCHED_SECONDS = 30;
const PAUSE_SECONDS = 2;

/**
 * Deletes the original, and waits until its name is free. Before that it looks at everything once more: the answer is yes
 * (unless approval is skipped), both backups are AVAILABLE, and the table is still the one that the run began with.
 * Safe to repeat: the intent is recorded first, and a table that is gone or being deleted is no error.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getSwapRun({ runId });
  if (run.approval?.isApproved === false) throw refusal(run);
  for (const arn of [run.fallbackBackupArn, run.duplicateBackupArn]) await assertAvailable(arn);
  const { TableName } = run.settings;
  const original = await describeOriginal(run);
  await storeIntent(run);
  if (original && original.TableStatus !== 'DELETING') {
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

/** A deletion takes seconds, and the name is empty from then on: waiting for the reconciler would cost up to a minute. */
async function untilGone(TableName: string): Promise<void> {
  for (let waited = 0; waited < WATCHED_SECONDS && (await findTable(TableName)); waited += PAUSE_SECONDS)
    await sleep(PAUSE_SECONDS);
}

/**
 * Writes the deletion's intent into the record, before any call that changes the table. DynamoDB refuses the write unless
 * the stored answer is yes: a no that came after the yes ends the run here.
 */
async function storeIntent({ runId, settings, deletionIntendedAt }: SwapRun): Promise<void> {
  if (deletionIntendedAt) return;
  const [condition, values] =
    settings.Approval === 'Skip' ? ['attribute_exists(runId)', {}] : ['approval.isApproved = :yes', { ':yes': true }];
  if (await updateRunIf(runId, { deletionIntendedAt: nowSeconds() }, condition, values)) return;
  const stored = (await getRun(runId)) as SwapRun | undefined;
  // The SDK repeats a request whose answer was lost: the intent may be this one's.
  if (stored?.deletionIntendedAt) return;
  throw refusal(stored ?? { settings });
}

function refusal({ settings, approval }: Pick<SwapRun, 'settings' | 'approval'>): ApprovalRefusedError {
  const answer = approval ? `the answer was no${describeApprover(approval)}` : 'there is no answer';
  return new ApprovalRefusedError(`The table ${settings.TableName} was not deleted: ${answer}.`);
}

function describeApprover({ saidToBe }: NonNullable<SwapRun['approval']>): string {
  return saidToBe ? `, said to be of ${saidToBe}` : '';
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
