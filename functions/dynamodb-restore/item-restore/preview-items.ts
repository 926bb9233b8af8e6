import { allOf } from '../../shared/in-batches';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { ConflictsFoundError } from './errors';
import { getItemRestoreRun } from './item-restore-run';
import { folderOf, type JournalHead, journalKeys } from './journal';
import { addCounts, type Counts, noCounts, writesOf } from './plan-counts';
import { readCounts } from './plan-file';
import { concurrencyOf } from './rate';
import { put } from './store';

/** What the state machine needs to route. */
interface Output {
  isWriteNeeded: boolean;
  isApprovalNeeded: boolean;
  maxConcurrency: number;
}

const PARALLEL_READS = 25;

/**
 * Adds up the plans of all shards, for preview, approval and report, and completes the journal with its head. Ends the run
 * when there are conflicts and OnConflict is Fail. Changes nothing in the table. Safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<Output> => {
  const run = await getItemRestoreRun({ runId });
  const { settings, shards = 0 } = run;
  const { journal } = folderOf(runId);
  let planned: Counts = noCounts();
  for (let first = 0; first < shards; first += PARALLEL_READS) {
    const numbers = Array.from({ length: Math.min(PARALLEL_READS, shards - first) }, (_, index) => first + index);
    const found = await allOf(numbers.map((shard) => readCounts(journal, shard)));
    planned = found.reduce(addCounts, planned);
  }
  const head: JournalHead = { runId, TableName: settings.TableName, shards };
  await put(journalKeys.head(journal), JSON.stringify(head));
  await updateRun(runId, { planned });
  const conflicts = planned.listed['written after the window'] ?? 0;
  if (!('Source' in settings) && settings.OnConflict === 'Fail' && conflicts > 0)
    throw new ConflictsFoundError(
      `Nothing was changed. ${conflicts} items were written again after the window, and OnConflict is Fail.`,
    );
  const isWriteNeeded = writesOf(planned) > 0 && !settings.DryRun;
  return {
    isWriteNeeded,
    isApprovalNeeded: isWriteNeeded && settings.Approval === 'Required',
    maxConcurrency: concurrencyOf(settings.MaxWritesPerSecond, shards),
  };
});
