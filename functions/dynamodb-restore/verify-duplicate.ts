import { isDeepStrictEqual } from 'node:util';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { updateRun } from '../shared/runs';
import { task } from '../shared/task';
import { getWait } from '../shared/waits';
import { countItems } from './compare-tables';
import { TableRestoreFailedError, TableVerificationError } from './errors';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

/**
 * Checks the duplicate before anything else is done: it is there, with the table's keys, and it is not empty where the
 * table is not, unless a person is going to look at the numbers. Counts go into the record, for the approval. Reads only.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getSwapRun(runId);
  await assertRestored(run);
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: run.duplicateName }));
  const { table } = run;
  if (table && !isDeepStrictEqual(Table?.KeySchema, table.keySchema)) {
    throw new TableVerificationError(`The keys of ${run.duplicateName} are not those of ${run.settings.TableName}.`);
  }
  const duplicateItems = await countItems(run.duplicateName);
  const originalItems = table && (await countItems(run.settings.TableName));
  if (originalItems && originalItems.items > 0 && duplicateItems.items === 0 && run.settings.Approval === 'Skip') {
    throw new TableVerificationError(
      `${run.duplicateName} has no items, ${run.settings.TableName} has ${originalItems.items}; start again with Approval: Required if that is what you want.`,
    );
  }
  const restoredTo = Table?.RestoreSummary?.RestoreDateTime?.toISOString();
  await updateRun(runId, {
    duplicateItems,
    ...(originalItems && { originalItems }),
    ...(restoredTo && { restoredTo }),
  });
});

async function assertRestored(run: SwapRun): Promise<void> {
  const settled = Object.values((await getWait(waitId(run.runId, 'duplicate')))?.settled ?? {})[0];
  if (settled && ['ACTIVE', 'COMPLETED'].includes(settled.state)) return;
  throw new TableRestoreFailedError(
    `The restore to ${run.duplicateName} ended ${settled?.state ?? 'unknown'}${settled?.statusMessage ? `: ${settled.statusMessage}` : ''}`,
  );
}
