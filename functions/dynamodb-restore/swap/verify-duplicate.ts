import { updateRun } from '../../shared/runs/runs';
import { countItems, keysOf, sampleOf } from '../../shared/tables/compare-tables';
import { task } from '../../shared/task';
import { getWait } from '../../shared/waits/waits';
import { TableRestoreFailedError, TableVerificationError } from '../errors';
import { findTable } from '../find-table';
import { isSameIndex } from '../settings/index-definition';
import { missingIndexes } from '../settings/missing-indexes';
import { schemaOf, type TableSchema } from '../settings/table-schema';
import { changesOf } from './duplicate-changes';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

/**
 * Checks the duplicate before anything else is done: it is there, with the table's keys, it is what an interrupted run
 * left if it is not this run's own, and it is not empty where the table is not, unless a person is going to look at the
 * numbers. These go into the record, for the approval. Reads only.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getSwapRun({ runId });
  const restoredWith = await assertRestored(run);
  const { TableName, Approval } = run.settings;
  const duplicate = await findTable(run.duplicateName);
  const { table } = run;
  const wantedKeys = table && keysOf({ KeySchema: table.keySchema, AttributeDefinitions: table.attributeDefinitions });
  const keys = keysOf(duplicate ?? {});
  if (wantedKeys && keys !== wantedKeys)
    throw new TableVerificationError(
      `The keys of ${run.duplicateName} are ${keys}, those of ${TableName} ${wantedKeys}.`,
    );
  const now = schemaOf(duplicate ?? {});
  assertLocalIndexes(run, now);
  const indexesToMake = missingIndexes(run, now).map(({ name }) => name);
  const duplicateItems = await countItems(run.duplicateName);
  const changed = run.adopted && (await changesOf(run.duplicateName, run.adopted));
  if (changed)
    throw new TableVerificationError(
      `${run.duplicateName}, which the interrupted run ${run.adopted?.fromRun} left, was changed: ${changed}. It is removed; start again.`,
    );
  const originalItems = table && (await countItems(TableName));
  if (originalItems && originalItems.items > 0 && duplicateItems.items === 0 && Approval === 'Skip') {
    throw new TableVerificationError(
      `${run.duplicateName} has no items, ${TableName} has ${originalItems.items}; start again with Approval: Required if that is what you want.`,
    );
  }
  const original = table && (await findTable(TableName));
  const restoredTo = duplicate?.RestoreSummary?.RestoreDateTime?.toISOString();
  await updateRun(runId, {
    duplicateTableId: duplicate?.TableId ?? '',
    duplicateItems,
    duplicateSample: await sampleOf(run.duplicateName, duplicate?.KeySchema ?? []),
    indexesToMake,
    ...(originalItems && { originalItems }),
    ...(original && { originalReported: { items: original.ItemCount, sizeBytes: original.TableSizeBytes } }),
    ...(restoredTo && { restoredTo }),
    ...(restoredWith && { restoredWith }),
  });
});

/** A local index cannot be made on a table that exists: to lose one needs consent. */
function assertLocalIndexes({ table, settings, duplicateName }: SwapRun, now: TableSchema): void {
  const isThere = (index: TableSchema['localIndexes'][number]) =>
    now.localIndexes.some(
      (other) =>
        other.name === index.name &&
        isSameIndex(index, table?.attributeDefinitions ?? [], other, now.attributeDefinitions),
    );
  const lost = (table?.localIndexes ?? [])
    .filter((index) => !isThere(index) && !settings.AcceptIndexLoss?.includes(index.name))
    .map(({ name }) => name);
  if (lost.length > 0)
    throw new TableVerificationError(
      `The restored data, in ${duplicateName}, lacks local secondary indexes of ${settings.TableName} or has others: ${lost.join(', ')}. They cannot be made again; start again with AcceptIndexLoss: ${JSON.stringify(lost)} if that is what you want.`,
    );
}

/** Returns what AWS Backup says of a restore that it completed with issues. */
async function assertRestored(run: SwapRun): Promise<string | undefined> {
  const settled = Object.values((await getWait(waitId(run.runId, 'duplicate')))?.settled ?? {})[0];
  if (settled && ['ACTIVE', 'COMPLETED'].includes(settled.state)) return settled.statusMessage as string | undefined;
  throw new TableRestoreFailedError(
    `The restore to ${run.duplicateName} ended ${settled?.state ?? 'unknown'}${settled?.statusMessage ? `: ${settled.statusMessage}` : ''}`,
  );
}
