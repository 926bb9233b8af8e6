import { journalKeys, type Outcome } from './journal';
import { asLines, getLines, putOnce } from './store';

/**
 * What is known of the entries of a shard, by their place, and the number of the next object. Objects are numbered from 0
 * without a gap.
 */
export async function readOutcomes(
  folder: string,
  shard: number,
): Promise<{ known: Map<number, Outcome>; next: number }> {
  const known = new Map<number, Outcome>();
  for (let next = 0; ; next += 1) {
    const outcomes = await getLines<Outcome>(journalKeys.outcomes(folder, shard, next));
    if (!outcomes) return { known, next };
    for (const outcome of outcomes) known.set(outcome.index, outcome);
  }
}

/** Stores outcomes in an object of their own; returns the number of the next one. An attempt that still runs has its own. */
export async function storeOutcomes(folder: string, shard: number, next: number, outcomes: Outcome[]): Promise<number> {
  let number = next;
  while (!(await putOnce(journalKeys.outcomes(folder, shard, number), asLines(outcomes)))) number += 1;
  return number + 1;
}
