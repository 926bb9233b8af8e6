import { scopeOf } from './partitions';
import type { Wait, WaitKind } from './waits';
import { isVisit, type Message, nextLook, nextVisit, sendTogether, wakerAt } from './waker';

/** So many looks are sent at once: those that are left when a wait ends come in vain. */
const MOST_AHEAD = 4;
/** A message has no list of hundreds. */
const MOST_RESOURCES = 10;

/**
 * A look that a message carries: it asks AWS without reading the wait, which it touches only if there is news. So it needs
 * no claim, and one that is late or comes twice costs a look.
 */
export interface LookAhead {
  id: string;
  kind: string;
  /** What the look needs; absent if it has to read the wait for it. */
  of?: Pick<Wait, 'region' | 'resources' | 'startedAt' | 'deadline' | 'context'>;
}

/** The next looks at a wait: those that messages carry, and then the one that is claimed. */
interface Ahead {
  carried: number[];
  claimedAt: number;
}

/** The next looks by a kind's rhythm; the schedule's visit is always one that is claimed. */
export function looksAhead(kind: WaitKind, startedAt: number, now: number): Ahead {
  const carried: number[] = [];
  const after = (time: number) => Math.min(nextVisit(time), nextLook(kind.delaySeconds(time - startedAt), time));
  let at = after(now);
  while (carried.length < MOST_AHEAD && !isVisit(at)) {
    carried.push(at);
    at = after(at);
  }
  return { carried, claimedAt: at };
}

/** Sends the messages for the next looks at a wait. False if they could not be sent: then the schedule stands in. */
export function sendAhead({ id, kind, ...wait }: Wait, { carried, claimedAt }: Ahead): Promise<boolean> {
  const { region, resources, startedAt, deadline, context, due } = wait;
  // Whoever can write into the queue must not choose a role.
  const isCarried = context.assumeRoleArn === undefined && resources.length <= MOST_RESOURCES;
  const look: LookAhead = { id, kind, ...(isCarried && { of: { region, resources, startedAt, deadline, context } }) };
  const messages: Message[] = carried.map((at) => ({ at, body: { look } }));
  return sendTogether([...messages, ...wakerAt(claimedAt, scopeOf({ due }))]);
}

/** The look that a message carries, if it carries one. */
export function lookOf(body: string): LookAhead | undefined {
  try {
    const { look } = JSON.parse(body) as { look?: LookAhead };
    return typeof look?.id === 'string' ? look : undefined;
  } catch {
    return undefined;
  }
}
