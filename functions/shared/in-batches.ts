/** Calls `act` for each item, `size` at a time: a group has up to 500 instances, and a function has a minute. */
export async function inBatches<T>(items: T[], size: number, act: (item: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += size) {
    await Promise.all(items.slice(first, first + size).map(act));
  }
}
