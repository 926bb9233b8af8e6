import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds, sleep } from '../../shared/clock';
import { requireEnv } from '../../shared/config';
import { TransientServiceError } from '../../shared/errors';
import { getRun, updateRun, updateRunIf } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { tableGone } from '../../shared/waits/kinds/table-gone';
import { startWait } from '../../shared/waits/waits';
import { APPROVED, APPROVED_VALUES } from '../approved';
import { findTable } from '../find-table';
import { noteRecoveryAtDeletion } from '../last-minute';
import { deleteTable } from '../request-deletion';
import { assertBackups, assertDuplicate, assertNotRefused, assertSameTable, refusal } from './deletion-checks';
import { readSettingsAgain } from './settings-again';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 3600;
const WATCHED_SECONDS = 30;
const PAUSE_SECONDS = 2;

/**
 * Deletes the original, and waits until its name is free. Right before that it looks again: the answer is yes
 * (unless approval is skipped), duplicate and both backups are there, and the table is the one that was approved.
 * Safe to repeat: the intent is recorded first, and a table that is gone or being deleted is no error.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getSwapRun({ runId });
  assertNotRefused(run);
  await assertBackups(run);
  const { TableName } = run.settings;
  const original = await findTable(TableName);
  if (original) assertSameTable(run, original);
  if (original && original.TableStatus !== 'DELETING') await assertDuplicate(run);
  // What was set since the last look comes back, too.
  if (original && run.table && original.TableStatus !== 'DELETING') await readSettingsAgain(run, run.table);
  await storeIntent(run);
  if (original && original.TableStatus !== 'DELETING') {
    if (original.DeletionProtectionEnabled)
      await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    // Taking protection off keeps the table UPDATING for a moment, and such a table cannot be deleted.
    if (original.DeletionProtectionEnabled || original.TableStatus !== 'ACTIVE')
      throw new TransientServiceError(`${TableName} is being updated.`);
    await noteRecoveryAtDeletion(run);
    await updateRun(runId, { deletedAt: nowSeconds() });
    await deleteTable(TableName);
    await untilGone(TableName);
  }
  await startWait(tableGone, {
    id: waitId(runId, 'deletion'),
    region: REGION,
    resources: [TableName],
    ...(run.table?.tableId && { context: { tableId: run.table.tableId } }),
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
    settings.Approval === 'Skip' ? ['attribute_exists(runId)', {}] : [APPROVED, APPROVED_VALUES];
  if (await updateRunIf(runId, { deletionIntendedAt: nowSeconds() }, condition, values)) return;
  const stored = await getRun<SwapRun>(runId);
  // The SDK repeats a request whose answer was lost: the intent may be this one's.
  if (stored?.deletionIntendedAt) return;
  throw refusal(stored ?? { settings });
}
