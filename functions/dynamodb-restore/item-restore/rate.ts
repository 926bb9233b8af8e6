/** One function writes so many items a second; more of them work at once when more is allowed. */
const WRITES_OF_ONE = 25;
const MOST_AT_ONCE = 40;

/** How many functions write at once; each of them takes its part of the rate. */
export function concurrencyOf(writesPerSecond: number, shards: number): number {
  return Math.max(1, Math.min(MOST_AT_ONCE, shards, Math.floor(writesPerSecond / WRITES_OF_ONE)));
}
