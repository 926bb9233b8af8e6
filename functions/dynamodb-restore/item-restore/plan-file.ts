import type { Entry, Listed } from './journal';
import { journalKeys } from './journal';
import { addCounts, type Counts, noCounts } from './plan-counts';
import { getText, putOnce } from './store';

/** What is decided about the items of one shard. */
interface Plan {
  counts: Counts;
  /** The journal: what is replaced and what is written. An entry is known by its place. */
  entries: Entry[];
  /** What the report says instead. */
  listed: Listed[];
}

/** The counts stand in the first line, which is shorter than this. */
const FIRST_BYTES = 64 * 1024;

/**
 * Stores the plan of a shard, unless there is one: one object, so that an attempt never completes the plan of another one.
 * Lines of JSON: `{"counts"}`, then `{"entry"}`, then `{"listed"}`.
 */
export async function storePlan(folder: string, shard: number, { counts, entries, listed }: Plan): Promise<void> {
  // A shard may have as many minutes as items: the sum with nothing keeps those with most of them.
  const lines = [
    { counts: addCounts(noCounts(), counts) },
    ...entries.map((entry) => ({ entry })),
    ...listed.map((item) => ({ listed: item })),
  ];
  await putOnce(journalKeys.plan(folder, shard), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** The plan of a shard; undefined when there is none. */
export async function readPlan(folder: string, shard: number): Promise<Plan | undefined> {
  const text = await getText(journalKeys.plan(folder, shard));
  if (text === undefined) return undefined;
  const [first = '{}', ...lines] = text.split('\n').filter(Boolean);
  const plan: Plan = { ...(JSON.parse(first) as { counts: Counts }), entries: [], listed: [] };
  for (const line of lines) {
    const { entry, listed } = JSON.parse(line) as { entry?: Entry; listed?: Listed };
    if (entry) plan.entries.push(entry);
    if (listed) plan.listed.push(listed);
  }
  return plan;
}

/** The counts of a shard's plan, without reading all of it. */
export async function readCounts(folder: string, shard: number): Promise<Counts> {
  const text = await getText(journalKeys.plan(folder, shard), [0, FIRST_BYTES - 1]);
  if (text === undefined) throw new Error(`The shard ${shard} has no plan.`);
  return (JSON.parse(text.split('\n')[0] ?? '{}') as { counts: Counts }).counts;
}
