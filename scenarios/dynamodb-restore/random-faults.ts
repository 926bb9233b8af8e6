import { CALL_FAULTS, EVENT_FAULTS, type Fault } from '../../simulator/faults';
import { Random } from '../../simulator/random';
import { PEOPLE, STATES } from './people';
import type { Case, SwapRun } from './swap-faults';

/** One to four faults in one of the scenarios, and in two of three cases a person who acts meanwhile, all from a seed. */
export function randomCase(seed: number, runs: SwapRun[]): Case {
  const random = new Random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
  const { scenario, calls, events } = pick(runs);
  const faults: Fault[] = Array.from({ length: 1 + Math.floor(random.next() * 4) }, () => {
    const times = pick([1, 1, 1, 2, 5, 'always' as const]);
    if (random.next() < 0.1) return { event: pick(events), fault: pick(EVENT_FAULTS), times };
    return { ...pick(calls), fault: pick(CALL_FAULTS), nth: 1 + Math.floor(random.next() * 4), times };
  });
  if (random.next() < 1 / 3) return { scenario, faults };
  const afterSeconds = pick([0, 0, 1, 5, 20]);
  return { scenario, faults, visit: { person: pick(PEOPLE), state: pick(STATES), afterSeconds } };
}
