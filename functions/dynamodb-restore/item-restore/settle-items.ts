import type { Context } from 'aws-lambda';
import { nowSeconds } from '../../shared/clock';
import { getOpenRun, getRun, type StepInput, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import type { Image } from './images';
import type { ItemRestoreRun, SettledCounts } from './item-restore-run';
import { type Entry, folderOf, hashOfKeys, journalKeys, type Listed } from './journal';
import { readOutcomes } from './outcomes';
import { addEach, writesOf } from './plan-counts';
import { readPlan } from './plan-file';
import { readItems } from './read-items';
import { asLines, put } from './store';
import { isDone } from './write-entry';

interface Input extends StepInput {
  /** Where an earlier invocation stopped. */
  shard?: number;
  counts?: SettledCounts;
}

interface Output {
  isDone: boolean;
  shard: number;
  counts: SettledCounts;
}

/** Of more items than that, so many are read again. */
const MOST_VERIFIED = 20_000;
const RESERVE_MS = 120_000;

/**
 * Finds out what became of every entry of the journal: by its outcome, and by the table where there is none. Reads the
 * restored items again, all of them or a sample, and writes down what is not restored. Changes nothing in the table. Safe
 * to repeat.
 */
export const handler = task(async ({ runId, isUndo, ...at }: Input, context: Context): Promise<Output> => {
  const run = isUndo ? await getRun<ItemRestoreRun>(runId) : await getOpenRun<ItemRestoreRun>({ runId });
  let { shard = 0, counts = { restored: 0, changedSince: 0, listed: {}, notWritten: 0 } } = at;
  // A run that ended before it wrote a record has one without settings.
  if (!run?.settings) return { isDone: true, shard, counts };
  const shards = run.writesBegunAt ? (run.shards ?? 0) : 0;
  const verified =
    run.planned && writesOf(run.planned) > MOST_VERIFIED ? Math.ceil(MOST_VERIFIED / shards) : MOST_VERIFIED;
  for (; shard < shards; shard += 1) {
    if (context.getRemainingTimeInMillis() < RESERVE_MS) return { isDone: false, shard, counts };
    counts = await settleShard(run, shard, counts, verified);
  }
  await updateRun(runId, { settled: counts, settledAt: nowSeconds() });
  return { isDone: true, shard, counts };
});

async function settleShard(
  run: ItemRestoreRun,
  shard: number,
  counts: SettledCounts,
  verified: number,
): Promise<SettledCounts> {
  const { journal } = folderOf(run.runId);
  const plan = await readPlan(journal, shard);
  if (!plan) return counts;
  const { known } = await readOutcomes(journal, shard);
  const untold = plan.entries.filter((_, index) => !known.has(index));
  const restored = plan.entries.filter((_, index) => known.get(index)?.kind === 'restored');
  const told = [...known.values()].flatMap((outcome) => (outcome.kind === 'listed' ? [outcome.listed] : []));
  const now = await readItems(
    run.settings.TableName,
    [...untold, ...restored.slice(0, verified)].map(({ keys }) => keys),
  );
  const nowOf = ({ keys }: Entry) => now.get(hashOfKeys(keys));
  const changedSince = restored.slice(0, verified).filter((entry) => !isDone(entry, nowOf(entry)));
  const done = untold.filter((entry) => isDone(entry, nowOf(entry)));
  const notDone = untold.filter((entry) => !isDone(entry, nowOf(entry)));
  const lines = [...plan.listed, ...told, ...notDone.map((entry) => notWritten(entry, nowOf(entry)))];
  if (lines.length > 0) await put(journalKeys.notRestored(journal, shard), asLines(lines));
  return {
    restored: counts.restored + restored.length + done.length,
    changedSince: counts.changedSince + changedSince.length,
    listed: told.reduce((sum, { reason }) => addEach(sum, { [reason]: 1 }), counts.listed),
    notWritten: counts.notWritten + notDone.length,
  };
}

function notWritten({ keys, before, after }: Entry, now: Image | undefined): Listed {
  const images = { ...(after && { old: after }), ...(before && { new: before }), ...(now && { now }) };
  return { keys, reason: 'changed while the run worked', detail: 'not written by this run', ...images };
}
