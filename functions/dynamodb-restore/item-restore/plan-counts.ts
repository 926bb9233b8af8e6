/** What a plan comes to: of one shard, or of all. */
export interface Counts {
  /** Items with a record in the exports, or entries of the journal that is undone. */
  seen: number;
  /** Written in the exports' periods, but not in the window. */
  outside: number;
  notSelected: number;
  /** The window left them as they were. */
  unchanged: number;
  /** They are by now what they were before the window. */
  asItWas: number;
  /** Changed attributes are put back, items are put back, items are deleted. */
  updates: number;
  puts: number;
  deletes: number;
  /** Of the writes: items that were written after the window too. */
  conflictsWritten: number;
  /** Not written, by the reason. */
  listed: Record<string, number>;
  /** Write units of the table itself, without its indexes. */
  writeUnits: number;
  /** Last writes by minute (`2026-11-20T02:14`) of the items that are written or listed. */
  minutes: Record<string, number>;
  samples: Sample[];
}

/** A difference in words, for people. */
interface Sample {
  item: string;
  what: string;
}

const MOST_SAMPLES = 5;
const MOST_MINUTES = 200;

export function noCounts(): Counts {
  return {
    ...{ seen: 0, outside: 0, notSelected: 0, unchanged: 0, asItWas: 0, updates: 0, puts: 0, deletes: 0 },
    ...{ conflictsWritten: 0, listed: {}, writeUnits: 0, minutes: {}, samples: [] },
  };
}

/** The sum of two counts; of minutes and samples the first ones, or the largest, are kept. */
export function addCounts(left: Counts, right: Counts): Counts {
  const sum = noCounts();
  for (const name of Object.keys(sum) as (keyof Counts)[]) {
    const [one, other] = [left[name], right[name]];
    if (typeof one === 'number' && typeof other === 'number') Object.assign(sum, { [name]: one + other });
  }
  sum.listed = addEach(left.listed, right.listed);
  const minutes = Object.entries(addEach(left.minutes, right.minutes)).sort(([, one], [, other]) => other - one);
  sum.minutes = Object.fromEntries(minutes.slice(0, MOST_MINUTES));
  sum.samples = [...left.samples, ...right.samples].slice(0, MOST_SAMPLES);
  return sum;
}

export function addEach(left: Record<string, number>, right: Record<string, number>): Record<string, number> {
  const sum = { ...left };
  for (const [name, count] of Object.entries(right)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** How many items a plan writes. */
export function writesOf({ updates, puts, deletes }: Counts): number {
  return updates + puts + deletes;
}

export function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
