import { CALL_FAULTS, type CallFault, EVENT_FAULTS, type EventFault, type Fault, isRead } from '../simulator/faults';
import { Random } from '../simulator/random';
import type { Simulation, Started } from './simulation';

/** Every call that a function makes, and every event that reaches the account, in a run in which nothing goes wrong. */
export async function cleanRun(
  folder: string,
  open: () => Promise<Simulation>,
  start: (simulation: Simulation) => Started,
  end: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED',
): Promise<{ calls: { call: string; by: string }[]; events: string[] }> {
  const simulation = await open();
  try {
    const execution = start(simulation);
    await simulation.finish(execution);
    if (execution.status !== end) throw new Error(`The run without faults ended ${execution.status}.`);
    // Other workflows' schedules run in the same stack.
    const functions = [...simulation.region.lambda.functions.values()].filter(({ configuration }) =>
      [`functions/${folder}/`, 'functions/shared/'].some((part) => configuration.entryPoint.includes(part)),
    );
    const idByRole = new Map(functions.map(({ configuration }) => [configuration.roleArn, configuration.logicalId]));
    const calls = new Map<string, { call: string; by: string }>();
    for (const { call, principalArn } of simulation.account.endpoint.calls) {
      const by = idByRole.get(principalArn);
      if (by) calls.set(`${by} ${call}`, { call, by });
    }
    const events = new Set(simulation.region.events.seen.map(({ event }) => event['detail-type']));
    events.delete('Scheduled Event');
    return { calls: [...calls.values()], events: [...events] };
  } finally {
    simulation.close();
  }
}

/** Each call of each function with each fault, once and from then on always. */
export function callMatrix(calls: { call: string; by: string }[]): { once: CallFault[]; always: CallFault[] } {
  const once = calls.flatMap(({ call, by }) =>
    // Only a read can be stale.
    CALL_FAULTS.filter((fault) => fault !== 'staleRead' || isRead(call)).map((fault) => ({ call, by, fault })),
  );
  return {
    // An answer can only be stale when there was one before.
    once: once.map((fault) => (fault.fault === 'staleRead' ? { ...fault, nth: 2 } : fault)),
    always: once.map((fault) => ({ ...fault, times: 'always' })),
  };
}

/**
 * The part of a matrix that FAULTS asks for: `all`, or `2/10` for the second tenth, so that a whole one can be run in pieces.
 * Without it every `share`-th case, from `offset` on.
 */
export function partOf<T>(cases: T[], asked: string | undefined, share: number, offset = 0): T[] {
  const [part = 1, parts = 1] = (asked ?? '').replace('all', '1/1').split('/').map(Number);
  return cases.filter((_, index) => (asked ? index % parts === part - 1 : (index + offset) % share === 0));
}

/** Whether the reconciler never comes to read or write a wait: then it cannot drop those that no task waits for any more. */
export function killsReconciler(fault: Fault): boolean {
  if (!('call' in fault) || fault.times !== 'always' || fault.by !== 'ReconcileWaitsFunction') return false;
  return fault.call.startsWith('dynamodb:') && !['slow', 'staleRead'].includes(fault.fault);
}

export function eventMatrix(events: string[]): EventFault[] {
  return events.flatMap((event) => EVENT_FAULTS.map((fault) => ({ event, fault, times: 'always' as const })));
}

/** How far a function's clock is wrong at most: no page promises a bound, and Amazon Time Sync keeps far below. */
const SKEW_SECONDS = 3;

/** A few faults that one seed stands for; with every other seed, no two functions have the same time. */
export function randomFaults(seed: number, calls: { call: string; by: string }[], events: string[]): Fault[] {
  const random = new Random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
  const faults = Array.from({ length: 2 + Math.floor(random.next() * 3) }, (): Fault => {
    const times = pick([1, 1, 1, 2, 5, 'always' as const]);
    if (random.next() < 0.2) return { event: pick(events), fault: pick(EVENT_FAULTS), times };
    const { call, by } = pick(calls);
    const fault = pick(CALL_FAULTS.filter((name) => name !== 'staleRead' || isRead(call)));
    return { call, by, fault, nth: 1 + Math.floor(random.next() * 4), times };
  });
  return random.next() < 0.5 ? [...faults, { clock: '*', fault: 'skew', skewSeconds: SKEW_SECONDS }] : faults;
}
