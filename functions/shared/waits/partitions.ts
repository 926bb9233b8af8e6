/** The partition of the index of open waits for all runs but large ones, and for those of the release before. */
export const COMMON = 'due';
/** The waits of large runs are spread over these: a partition takes 1,000 write units a second. */
const SHARDS = ['due-0', 'due-1', 'due-2', 'due-3', 'due-4', 'due-5'] as const;

/** Waits that are found by the same queries. */
export type Scope = 'common' | 'shards';
/** The value of a wait's `due`. */
export type Partition = typeof COMMON | (typeof SHARDS)[number];

export const PARTITIONS: Readonly<Record<Scope, readonly Partition[]>> = { common: [COMMON], shards: SHARDS };

/** The partition of one of many waits, by its number in the run. */
export function shardOf(number: number): Partition {
  return SHARDS[number % SHARDS.length] ?? COMMON;
}

export function scopeOf({ due }: { due?: Partition }): Scope {
  return due === undefined || due === COMMON ? 'common' : 'shards';
}
