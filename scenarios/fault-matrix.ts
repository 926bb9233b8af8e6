import {
  CALL_FAULTS,
  type CallFault,
  EVENT_FAULTS,
  type EventFault,
  type Fault,
  isRead,
  QUEUE_MESSAGE,
} from '../simulator/faults';
import { Random } from '../simulator/random';
import type { Simulation, Started } from './simulation';

/** Every call that a function makes, and every event that reaches the account, in a run in which nothing goes wrong. */
export interface CleanRun {
  /** In the order of the first of each. */
  calls: { call: string; by: string }[];
  events: string[];
}

/** Runs a workflow of `functions/<folder>/` in which nothing goes wrong. */
export async function cleanRun(
  folder: string,
  open: () => Promise<Simulation>,
  start: (simulation: Simulation) => Started,
  end: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED',
): Promise<CleanRun> {
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
    if ([...calls.values()].some(({ call }) => call.startsWith('sqs:SendMessage'))) events.add(QUEUE_MESSAGE);
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

/** Whether the reconciler never comes to read or write a wait: then it cannot drop those that no task waits for any more. */
export function killsReconciler(fault: Fault): boolean {
  if (!('call' in fault) || fault.times !== 'always' || fault.by !== 'ReconcileWaitsFunction') return false;
  // It sends a message before each look.
  if (fault.call?.startsWith('sqs:SendMessage')) return fault.fault === 'crashAfter';
  return fault.call.startsWith('dynamodb:') && !['slow', 'staleRead'].includes(fault.fault);
}

/** What does not hold that must, under these faults: a reconciler that never comes to a wait cannot drop it. */
export function withoutExcepted(broken: string[], faults: readonly Fault[]): string[] {
  return broken.filter((what) => what !== 'a wait is open' || !faults.some(killsReconciler));
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

/** Each of these faults in a run of its own. */
export function oneEach(faults: readonly Fault[]): Fault[][] {
  return faults.map((fault) => [fault]);
}

/**
 * Every `share`-th case, from another one on with another `offset`. The variable FAULTS makes it all of them (`all`), the
 * second tenth of them (`2/10`), or all with this fault (`crashAfter`).
 */
export function sample<Case>(cases: readonly Case[], share: number, offset = 0): Case[] {
  const wanted = process.env.FAULTS;
  if (wanted === undefined) return cases.filter((_, index) => (index + offset) % share === 0);
  if (wanted === 'all') return [...cases];
  const [part = 0, parts] = wanted.split('/').map(Number);
  if (parts !== undefined) return cases.filter((_, index) => index % parts === part - 1);
  return cases.filter((item) => (item as Partial<CallFault>).fault === wanted);
}

/** Runs every case; returns those after which something does not hold that must. A run that breaks off is one of them. */
export async function failing<Case>(
  cases: readonly Case[],
  brokenBy: (item: Case) => Promise<string[]>,
  nameOf: (item: Case) => string = (item) => JSON.stringify(item),
): Promise<string[]> {
  const failures: string[] = [];
  for (const item of cases) {
    const broken = await brokenBy(item).catch((error: Error) => [error.message]);
    if (broken.length > 0) failures.push(`${nameOf(item)}: ${broken.join('; ')}`);
  }
  return failures;
}
