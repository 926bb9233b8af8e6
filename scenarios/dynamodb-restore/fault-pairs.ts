import type { CallFault } from '../../simulator/faults';
import { Random } from '../../simulator/random';
import { attempt, type Case, isAfterApproval, type SwapRun, singleFaults } from './swap-faults';

/** A fault on a call after the approval, and what a run with it alone comes to. */
export interface Single {
  item: Case;
  fault: CallFault;
  trace: string;
}

/** The single faults after the approval, sorted by what they lead to. */
export interface FaultClasses {
  singles: Single[];
  /** For each that changes anything: the first one that leads to the same. */
  representatives: Map<Single, Single>;
}

/**
 * Runs every single fault after the approval and sorts them by their traces. Two faults with the same trace leave the
 * account in the same states, and functions keep nothing between two calls; so what comes after them, a second fault
 * too, finds the same. docs/decisions/0009-pairs-of-faults.md has the argument and its limits.
 */
export async function faultClasses(runs: SwapRun[], onRun: () => void = () => {}): Promise<FaultClasses> {
  const clean = new Map<string, string>();
  for (const { scenario } of runs) clean.set(scenario.name, (await attempt({ scenario, faults: [] })).trace);
  const singles: Single[] = [];
  const first = new Map<string, Single>();
  const representatives = new Map<Single, Single>();
  for (const item of singleFaults(runs, 'once').filter(isAfterApproval)) {
    const { trace } = await attempt(item);
    onRun();
    const single = { item, fault: item.faults[0] as CallFault, trace };
    singles.push(single);
    const key = `${item.scenario.name} ${trace}`;
    const representative = first.get(key) ?? single;
    first.set(key, representative);
    if (trace !== clean.get(item.scenario.name)) representatives.set(single, representative);
  }
  return { singles, representatives };
}

/** Two faults in one run; on one and the same call the second hits the next attempt. */
export function pairOf(first: Single, second: Single): Case {
  const isSameCall = first.fault.call === second.fault.call && first.fault.by === second.fault.by;
  const nth = Math.max(first.fault.nth ?? 1, second.fault.nth ?? 1) + 1;
  return { scenario: first.item.scenario, faults: [first.fault, isSameCall ? { ...second.fault, nth } : second.fault] };
}

/** All pairs: every two faults of one scenario, and each fault followed by the same one. */
export function allPairs({ singles }: FaultClasses): [Single, Single][] {
  return singles.flatMap((first, index) =>
    singles
      .slice(index)
      .filter(({ item }) => item.scenario === first.item.scenario)
      .map((second): [Single, Single] => [first, second]),
  );
}

/** What a pair comes to: two faults that stand for it, or one or none, if the others change nothing. */
export function standsFor([first, second]: [Single, Single], { singles, representatives }: FaultClasses): Single[] {
  const isSame = (key: 'by' | 'call' | 'fault') => first.fault[key] === second.fault[key];
  // The attempt that the second hits is there only because of the first. To the SDK all that it tries again is the same.
  if (isSame('by') && isSame('call')) return [first, second].map((each) => asServerError(each, singles));
  // Time adds up: a function that has to wait twice may be ended by Lambda.
  if (isSame('fault') && first.fault.fault === 'slow') return isSame('by') ? [first, second] : [];
  return [first, second].flatMap((each) => representatives.get(each) ?? []);
}

function asServerError(single: Single, singles: Single[]): Single {
  const { by, call, fault } = single.fault;
  if (!['throttle', 'timeout'].includes(fault)) return single;
  const isTwin = (other: CallFault) => other.by === by && other.call === call && other.fault === 'serverError';
  return singles.find((other) => other.item.scenario === single.item.scenario && isTwin(other.fault)) ?? single;
}

/** The pairs that have to be run: one for each that leads to something of its own. */
export function distinctPairs(classes: FaultClasses): Case[] {
  const pairs = new Map<string, Case>();
  for (const pair of allPairs(classes)) {
    const [first, second] = standsFor(pair, classes);
    if (!first || !second) continue;
    const item = pairOf(first, second);
    pairs.set(`${item.scenario.name} ${JSON.stringify(item.faults)}`, item);
  }
  return [...pairs.values()];
}

/**
 * Runs a sample of the pairs that are not run, and what stands for each. Returns those that end in another way: none, if
 * the sorting is right.
 */
export async function misjudged(classes: FaultClasses, size: number, seed: number): Promise<string[]> {
  const random = new Random(seed);
  const left = allPairs(classes).filter((pair) => {
    const [first, second] = standsFor(pair, classes);
    return first !== pair[0] || second !== pair[1];
  });
  const wrong: string[] = [];
  for (let count = 0; count < size && left.length > 0; count += 1) {
    const pair = left[Math.floor(random.next() * left.length)] as [Single, Single];
    const [first, second] = standsFor(pair, classes);
    const { scenario } = pair[0].item;
    const substitute = first && second ? pairOf(first, second) : (first?.item ?? { scenario, faults: [] });
    const actual = await attempt(pairOf(...pair));
    const expected = await attempt(substitute);
    if (actual.trace !== expected.trace || actual.broken.length !== expected.broken.length)
      wrong.push(`${JSON.stringify(pairOf(...pair).faults)} is not ${JSON.stringify(substitute.faults)}`);
  }
  return wrong;
}
