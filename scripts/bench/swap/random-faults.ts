import type { CallFault, EventFault, Fault } from '../../../simulator/faults';
import { Random } from '../../../simulator/random';
import type { Call } from './swap-faults';

const CALL_FAULTS: CallFault['fault'][] = [
  'throttle',
  'serverError',
  'timeout',
  'timeoutAfterSuccess',
  'accessDenied',
  'slow',
  'staleRead',
  'crashAfter',
];
const EVENT_FAULTS: EventFault['fault'][] = ['lose', 'repeat', 'delay', 'reorder', 'foreign'];

/** One to four faults that a seed stands for, most of them passing. */
export function randomFaults(seed: number, calls: Call[], events: string[]): Fault[] {
  const random = new Random(seed);
  const pick = <T>(list: T[]): T => list[Math.floor(random.next() * list.length)] as T;
  return Array.from({ length: 1 + Math.floor(random.next() * 4) }, () => {
    const times = pick([1, 1, 1, 2, 5, 'always' as const]);
    if (random.next() < 0.1) return { event: pick(events), fault: pick(EVENT_FAULTS), times };
    return { ...pick(calls), fault: pick(CALL_FAULTS), nth: 1 + Math.floor(random.next() * 4), times };
  });
}
