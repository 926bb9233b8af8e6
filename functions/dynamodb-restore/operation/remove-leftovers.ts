import { findRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { DuplicateChangedError, FallbackMissingError } from '../errors';
import { findTable } from '../find-table';
import { changesOf } from '../swap/duplicate-changes';
import { isAvailable, leftTableUntouched, removeLeftovers } from '../swap/leftovers';
import type { SwapRun } from '../swap/swap-run';
import { getOperationRun } from './operation-run';

/**
 * Removes the duplicate and its backup that a closed swap left, after a last look: the table under the name is the one
 * that the run verified, or never touched, the fallback can be restored, and the duplicate is as the run verified it:
 * somebody may have begun to use it. Safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const { settings } = await getOperationRun({ runId });
  if (settings.Operation !== 'RemoveLeftovers') throw new Error('Only RemoveLeftovers removes what a swap left.');
  const run = await findRun<SwapRun>(settings.RunId);
  if (!run) throw new FallbackMissingError('There is no record of the run any more, so nothing was removed.');
  const isUntouched = leftTableUntouched(run);
  const table = await findTable(settings.TableName);
  const wanted = isUntouched ? run.table?.tableId : run.verifiedTableId;
  if (table?.TableStatus !== 'ACTIVE' || !wanted || table.TableId !== wanted)
    throw new FallbackMissingError(`${settings.TableName} is not there as the run left it, so nothing was removed.`);
  if (!isUntouched && run.tableExists && !(await isAvailable(run.fallbackBackupArn)))
    throw new FallbackMissingError(
      `The fallback ${run.fallbackBackupArn} cannot be restored any more, so nothing was removed.`,
    );
  await assertSpare(run);
  await removeLeftovers(run, { isUntouched, isDuplicateKept: false });
});

async function assertSpare({
  duplicateName,
  duplicateTableId,
  duplicateItems,
  duplicateSample,
}: SwapRun): Promise<void> {
  const duplicate = await findTable(duplicateName);
  if (!duplicate || duplicate.TableStatus === 'DELETING') return;
  const changed =
    duplicateTableId && duplicate.TableId !== duplicateTableId
      ? 'it is another table'
      : await changesOf(duplicateName, { items: duplicateItems, sample: duplicateSample });
  if (changed)
    throw new DuplicateChangedError(
      `The duplicate ${duplicateName} was changed since the run verified it: ${changed}; nothing was removed. Delete it yourself if it is not used.`,
    );
}
