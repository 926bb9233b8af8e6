import type { Context } from 'aws-lambda';
import { sleep } from '../../shared/clock';
import { RunIsOverError, TransientServiceError } from '../../shared/errors';
import { allOf } from '../../shared/in-batches';
import { findLockHolder } from '../../shared/runs/locks';
import { executionArnOf } from '../../shared/runs/run-id';
import { task } from '../../shared/task';
import { isSameImage } from './images';
import { getItemRestoreRun, lockOf } from './item-restore-run';
import { type Entry, folderOf, hashOfKeys, journalKeys, type Outcome } from './journal';
import { readOutcomes, storeOutcomes } from './outcomes';
import { readPlan } from './plan-file';
import { readItems } from './read-items';
import { putOnce } from './store';
import { writeEntry } from './write-entry';

interface Input {
  runId: string;
  shard: number;
  /** How many of these functions work at once: each takes its part of the rate. */
  atOnce: number;
  /** How many invocations have stopped in good order before this one. */
  round: number;
}

const BATCH_SIZE = 25;
/** What an attempt that dies may leave untold. */
const OUTCOMES_AT_ONCE = 500;
const RESERVE_MS = 60_000;

/**
 * Writes the entries of one shard of the journal, at most 25 at a time, as many a second as it may. Before each batch it
 * asks whether the run is still open and holds the lock of the table. An entry whose outcome is not known is decided by the
 * table itself. Safe to repeat and to run twice at once: each write happens only where the table has what the journal says.
 */
export const handler = task(async ({ runId, shard, atOnce, round }: Input, context: Context) => {
  const { settings } = await getItemRestoreRun({ runId });
  const { journal } = folderOf(runId);
  const plan = await readPlan(journal, shard);
  if (!plan) throw new Error(`The shard ${shard} has no plan.`);
  const { known, next } = await readOutcomes(journal, shard);
  const isRepeat = !(await putOnce(journalKeys.begun(journal, shard, round), runId));
  const shardWriter = { runId, TableName: settings.TableName, journal, shard, entries: plan.entries, isRepeat };
  const open = [...plan.entries.keys()].filter((index) => !known.has(index));
  const left = await writeAll(shardWriter, open, next, settings.MaxWritesPerSecond / atOnce, context);
  if (open.length > 0 && left.length === open.length)
    throw new TransientServiceError(`DynamoDB wrote none of ${open.length} items of ${settings.TableName}.`);
  return { isDone: left.length === 0, round: round + 1 };
});

interface ShardWriter {
  runId: string;
  TableName: string;
  journal: string;
  shard: number;
  entries: Entry[];
  /** An earlier attempt may have written entries without telling. */
  isRepeat: boolean;
}

/** Writes as much as there is time for; returns the entries that are left. */
async function writeAll(
  writer: ShardWriter,
  wanted: number[],
  firstObject: number,
  perSecond: number,
  context: Context,
) {
  const { runId, TableName, journal, shard } = writer;
  const pace = new Pace(perSecond);
  const untold: Outcome[] = [];
  let next = firstObject;
  let open = wanted;
  try {
    while (open.length > 0 && context.getRemainingTimeInMillis() > RESERVE_MS) {
      await assertRunHoldsTable(runId, TableName);
      const batch = open.slice(0, Math.min(BATCH_SIZE, pace.most));
      const found = await writeBatch(writer, batch);
      const later = found.filter(({ kind }) => kind === 'later').map(({ index }) => index);
      for (const outcome of found) if (outcome.kind !== 'later') untold.push(outcome);
      open = [...open.slice(batch.length), ...later];
      if (untold.length >= OUTCOMES_AT_ONCE) next = await storeOutcomes(journal, shard, next, untold.splice(0));
      await pace.after(batch.length, later.length > 0);
    }
  } finally {
    if (untold.length > 0) await storeOutcomes(journal, shard, next, untold);
  }
  return open;
}

/** A stopped execution does not stop this function: the record and the lock tell it. */
async function assertRunHoldsTable(runId: string, TableName: string): Promise<void> {
  await getItemRestoreRun({ runId });
  const holder = await findLockHolder(lockOf(TableName));
  if (holder !== executionArnOf(runId))
    throw new RunIsOverError(`The run ${executionArnOf(runId)} no longer holds the table ${TableName}.`);
}

type Found = Outcome | { index: number; kind: 'later' };

async function writeBatch({ TableName, entries, isRepeat }: ShardWriter, batch: number[]): Promise<Found[]> {
  const entryAt = (index: number) => entries[index] as Entry;
  // No condition can say that an item has no other attribute: what is to be deleted is read before.
  const deletions = batch.filter((index) => !entryAt(index).after);
  const now = await readItems(
    TableName,
    deletions.map((index) => entryAt(index).keys),
  );
  return allOf(
    batch.map(async (index): Promise<Found> => {
      const entry = entryAt(index);
      const found = now.get(hashOfKeys(entry.keys));
      if (!entry.after && found && !isSameImage(found, entry.before)) {
        const listed = {
          keys: entry.keys,
          reason: 'changed while the run worked' as const,
          new: entry.before,
          now: found,
        };
        return { index, kind: 'listed', listed };
      }
      return { index, ...(await writeEntry(TableName, entry, isRepeat)) };
    }),
  );
}

/** So many writes a second; half as many after a throttle, and slowly more again. */
class Pace {
  private perSecond: number;
  private dueAt = Date.now();

  constructor(private readonly wanted: number) {
    this.perSecond = wanted;
  }

  /** How many may be written at once. */
  get most(): number {
    return Math.max(1, Math.floor(this.perSecond));
  }

  async after(written: number, isThrottled: boolean): Promise<void> {
    this.perSecond = isThrottled ? Math.max(0.5, this.perSecond / 2) : Math.min(this.wanted, this.perSecond * 1.1);
    this.dueAt = Math.max(this.dueAt, Date.now() - 1000) + (written / this.perSecond) * 1000;
    const waitMs = this.dueAt - Date.now();
    if (waitMs > 0) await sleep(waitMs / 1000);
  }
}
