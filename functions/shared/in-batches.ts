/** Calls `act` for each item, `size` at a time: a group has up to 500 instances, and a function has a minute. */
export async function inBatches<T>(items: T[], size: number, act: (item: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += size) await allOf(items.slice(first, first + size).map(act));
}

/**
 * The answers of calls that are made at the same time. When one fails, the others are waited for all the same, and the
 * first error is thrown: what they began is answered before the next attempt begins, or a lock is released.
 */
export async function allOf<const Calls extends readonly Promise<unknown>[]>(
  calls: Calls,
): Promise<{ -readonly [Place in keyof Calls]: Awaited<Calls[Place]> }> {
  const ends = await Promise.allSettled(calls);
  const answers = ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
  return answers as { -readonly [Place in keyof Calls]: Awaited<Calls[Place]> };
}
