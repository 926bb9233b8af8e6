/** One function writes so many items a second; more of them work at once when more is allowed. */
const WRITES_OF_ONE = 25;
const MOST_AT_ONCE = 40;
/** Fewer of them would take more than a transition for each 1,000 items. */
const ITEMS_OF_SHARD = 10_000;
const BYTES_OF_SHARD = 64 * 1024 * 1024;
const MOST_PLANS_AT_ONCE = 20;
/** Of a table with little read capacity: a shard is read in one function, beside an application that reads too. */
const SECONDS_OF_SHARD = 250;
const BYTES_OF_READ_UNIT = 4096;

/** How many functions write at once; each of them takes its part of the rate. */
export function concurrencyOf(writesPerSecond: number, shards: number): number {
  return Math.max(1, Math.min(MOST_AT_ONCE, shards, Math.floor(writesPerSecond / WRITES_OF_ONE)));
}

/** Into how many shards so many changed items go. `readCapacity` is what is provisioned, if it is. */
export function shardsFor(items: number, bytes: number, readCapacity: number | undefined): number {
  const units = (readCapacity ?? Number.POSITIVE_INFINITY) * SECONDS_OF_SHARD;
  const ofItems = Math.ceil(items / Math.min(ITEMS_OF_SHARD, units));
  return Math.max(1, ofItems, Math.ceil(bytes / Math.min(BYTES_OF_SHARD, units * BYTES_OF_READ_UNIT)));
}

/** How many shards are planned at once: each of them reads as fast as it can. */
export function plansAtOnce(readCapacity: number | undefined): number {
  const fitting = Math.floor((readCapacity ?? Number.POSITIVE_INFINITY) / 100);
  return Math.max(1, Math.min(MOST_PLANS_AT_ONCE, fitting));
}
