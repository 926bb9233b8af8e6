import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../clients/dynamodb';
import { nowSeconds } from '../clock';
import { requireEnv } from '../config';
import { forRun } from '../current-run';
import { errorName, hasName } from '../error-name';
import { allOf } from '../in-batches';
import { changeOf, getAll, putAll, queryAll } from '../items';
import { logger } from '../logger';
import { describeError, isTransient } from '../task';
import { type LookAhead, looksAhead, sendAhead } from './looks-ahead';
import { COMMON, PARTITIONS, type Partition, type Scope, scopeOf } from './partitions';
import { endOf, endTask, isStillWaiting } from './task-tokens';
import { nextJoinedLook, nextLook, wakeAt, wakeSoon } from './waker';

/** How a resource ended: the service's own word for it, when it was seen, and details for the report. */
export interface Settled {
  state: string;
  /** Seconds since 1970. */
  at: number;
  /** Why the task cannot reach its goal any more: it fails with this. */
  failure?: { error: string; cause: string };
  [detail: string]: unknown;
}

/** A state that waits: its task token, the resources that it waits for, and when to look at them next. */
export interface Wait {
  /** `<run>#<item>#<step>`: the same wait for every attempt of a state, whatever token the attempt has. */
  id: string;
  kind: string;
  region: string;
  resources: string[];
  /** By resource; a resource that is absent is still open. Kept after the end, for the reports. */
  settled: Record<string, Settled>;
  /** What the kind's check needs beyond the resources' names. */
  context: Record<string, unknown>;
  taskToken: string;
  /** Seconds since 1970, as all times here. */
  startedAt: number;
  deadline: number;
  nextCheckAt: number;
  version: number;
  /** How many looks in a row failed with a permanent error, such as a missing permission. */
  refusals?: number;
  /** Since when every look has been refused; 0 when the last one was not. */
  refusedSince?: number;
  /** The error of the last look that failed, and its name. */
  lastError?: string;
  lastErrorName?: string;
  /** Findings of the kind's looks by resource, for its next looks and for the report. */
  notes?: Record<string, unknown>;
  /** Since when no look has been answered; 0 when the last one was. */
  unansweredSince?: number;
  /** When a look last set out to renew the task's heartbeat. */
  heardAt: number;
  /** Present while the wait is open: the partition of the index of open waits. */
  due?: Partition;
  /** When the wait was closed because its task was over before it: the state timed out, was retried or was stopped. */
  droppedAt?: number;
}

/** The attributes of a wait that the index of open waits has: enough to claim it. */
export type OpenWait = Pick<Wait, 'id' | 'kind' | 'startedAt' | 'nextCheckAt' | 'heardAt' | 'version' | 'due'>;

/** An event of EventBridge that is a reason to look at a resource. */
export interface WaitEvent {
  source: string;
  detailType: string;
  /** The field of the event's detail that names the resource. */
  resource: string;
  /** The field that says its state; `state` by default. */
  state?: string;
  /** States that are never an end: such an event is no reason to look. */
  ignoredStates?: readonly string[];
}

/** A kind of wait: one way to look at resources. Events and the reconciler both go through it. */
export interface WaitKind {
  name: string;
  /** What AWS says when a resource may have reached an end. Without one the reconciler alone looks. */
  event?: WaitEvent;
  /** What a look asks of AWS: `npm run validate` compares it with the rights of the functions that look. */
  actions: readonly string[];
  /** What looks at several waits of the kind ask besides: only the reconciler makes such looks. */
  actionsTogether?: readonly string[];
  /** How often the reconciler looks: seconds to the next look, so many seconds after the start (rhythms.ts). */
  delaySeconds(elapsedSeconds: number): number;
  /** The task fails after so long without an answer to a look, as when a region is down. By default the wait continues. */
  patienceSeconds?: number;
  /** True if refusals never end the wait before its deadline. By default it ends after ten minutes of them. */
  isPatient?: true;
  /**
   * Looks at `resources` (all of them open) and returns those that reached an end. Unknown states are not an end. A kind
   * that changes something asks `mayAct` right before: if not, it leaves it, and the look is made again with leave.
   */
  check(
    wait: Pick<Wait, 'region' | 'context' | 'startedAt'> & {
      notes: Record<string, unknown>;
      /** True in a look before which none can have acted. In doubt, as after a retry of the state, false. */
      isFirst?: boolean;
      mayAct?(): boolean;
    },
    resources: string[],
  ): Promise<Record<string, Settled>>;
  /** True if the caller can continue although resources are open. By default a wait ends when all have ended. */
  isEnough?(wait: Pick<Wait, 'context' | 'settled'>): boolean;
  /** Says why resources are still open, for the cause of an end without them. */
  explain?(wait: Pick<Wait, 'notes'>, open: string[]): string;
}

const WAITS_TABLE = requireEnv('WAITS_TABLE');
const DAY_SECONDS = 24 * 3600;
const KEEP_SECONDS = 90 * DAY_SECONDS;
/** Of waits that may begin together, in two seconds: EC2 takes two requests to start instances a second. */
const FIRST_FEW = 2;
const POINTER_ATTEMPTS = 5;
/** The version of a wait at its first look that is claimed, whoever makes it. Only claimed looks act. */
const FIRST_LOOK = 2;
/** How often a look for an event begins again: as many events may come at once. */
const EVENT_ATTEMPTS = 5;
/** Step Functions retries a timed-out state after a second; its start function may need a few attempts. */
const RETRIED_WITHIN_SECONDS = 600;
/** State machines give a task 900 s between heartbeats, and looks are up to five minutes apart. */
const HEARTBEAT_SECONDS = 420;

/**
 * Stores the wait, or takes over the one that an earlier attempt of the state stored: settled resources and the deadline
 * stay, and the token becomes the new one. Then checks it once, for resources that have ended by now. So a retry after
 * the deadline ends at once with WaitDeadlineError, whichever timeout Step Functions retried.
 * Safe to repeat: the id follows from run, item and step.
 */
export async function startWait(
  kind: WaitKind,
  wait: Pick<Wait, 'id' | 'region' | 'resources' | 'taskToken'> & {
    deadlineSeconds: number;
    context?: Wait['context'];
    /**
     * The first look is made by the reconciler in a second or two, together with those of other waits; `ifMany`: only when
     * others of its kind begin in the same moment.
     */
    joins?: boolean | 'ifMany';
    /** In a large run, the wait's partition of the index. The run has noted that shards are in use. */
    partition?: Partition;
    /** True if many waits of the run begin together: then they share their looks from the first on. */
    isOfMany?: boolean;
    /** What the caller has read under the id already. */
    read?: { earlier: Wait | undefined };
  },
): Promise<void> {
  const now = nowSeconds();
  const { earlier } = wait.read ?? { earlier: await getWait(wait.id) };
  // A retry may mean that the reconciler is dead.
  const isJoined = !earlier && (wait.joins === 'ifMany' ? !(await isAmongFirst(kind)) : wait.joins);
  const ahead = isJoined || wait.isOfMany ? undefined : looksAhead(kind, now, now);
  const nextCheckAt = isJoined ? nextJoinedLook() : (ahead?.claimedAt ?? nextLook(kind.delaySeconds(0)));
  const partition = wait.partition ?? COMMON;
  const isRetry = Boolean(earlier?.due) || now - (earlier?.droppedAt ?? 0) < RETRIED_WITHIN_SECONDS;
  const { startedAt, deadline } =
    earlier && isRetry ? earlier : { startedAt: now, deadline: now + wait.deadlineSeconds };
  const { Attributes } = await tables.send(
    new UpdateCommand({
      TableName: WAITS_TABLE,
      Key: { id: wait.id },
      ...changeOf({
        set: {
          kind: kind.name,
          region: wait.region,
          resources: wait.resources,
          context: wait.context ?? {},
          taskToken: wait.taskToken,
          due: partition,
          ...{ startedAt, deadline, nextCheckAt, heardAt: now, expiresAt: deadline + KEEP_SECONDS },
        },
        setOnce: { settled: {} },
        // A look by somebody else claims the wait, which is one more.
        add: { version: isJoined ? FIRST_LOOK - 1 : FIRST_LOOK },
        remove: ['droppedAt'],
      }),
      ReturnValues: 'ALL_NEW',
    }),
  );
  const isWoken = ahead !== undefined || (await wakeAt(nextCheckAt, scopeOf({ due: partition })));
  try {
    await storePointers(kind.name, wait, deadline + KEEP_SECONDS);
  } catch (error) {
    // A missing pointer costs only speed: the reconciler finds the wait without it.
    logger.warn('Could not store the pointers of a wait', { waitId: wait.id, reason: describeError(error) });
  }
  if (isJoined) {
    if (!isWoken) await checkWaits(kind, [Attributes as Wait]);
    return;
  }
  const found = await look(kind, Attributes as Wait, { isClaimed: true, mayAct: true });
  // What this function died before is retried with its state, so nothing was sent in vain for a wait that ends at once.
  if (ahead && found !== 'ended') await sendAhead(Attributes as Wait, ahead);
}

/** True for the first waits of a kind that begin in a moment: they need not wait for company. In doubt false. */
async function isAmongFirst(kind: WaitKind): Promise<boolean> {
  const at = nextJoinedLook();
  try {
    const { Attributes } = await tables.send(
      new UpdateCommand({
        TableName: WAITS_TABLE,
        Key: { id: `moment#${kind.name}#${at}` },
        ...changeOf({ set: { expiresAt: at + DAY_SECONDS }, add: { begun: 1 } }),
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Number(Attributes?.begun) <= FIRST_FEW;
  } catch (error) {
    logger.warn('Could not count the waits that begin', { kind: kind.name, reason: describeError(error) });
    return false;
  }
}

/** True if a look at the wait has been claimed, or has found something. */
export function isLookedAt({ version }: Pick<Wait, 'version'>): boolean {
  return version >= FIRST_LOOK;
}

/** Events name a resource, not a wait: one pointer for each resource leads to the newest wait for it. */
async function storePointers(
  waitKind: string,
  { id: waitId, region, resources }: Pick<Wait, 'id' | 'region' | 'resources'>,
  expiresAt: number,
): Promise<void> {
  const pointers = resources.map((resource) => ({ id: pointerId(region, resource), waitId, waitKind, expiresAt }));
  await putAll(WAITS_TABLE, pointers, POINTER_ATTEMPTS);
}

function pointerId(region: string, resource: string): string {
  return `resource#${region}#${resource}`;
}

/** The newest wait for a resource, if its kind is one of these. A pointer of the release before does not say the kind. */
export async function findWaitFor(
  region: string,
  resource: string,
  kinds: readonly Pick<WaitKind, 'name'>[],
): Promise<Wait | undefined> {
  const { Item } = await tables.send(
    new GetCommand({ TableName: WAITS_TABLE, Key: { id: pointerId(region, resource) }, ConsistentRead: true }),
  );
  const isOfThese = Item && (Item.waitKind === undefined || kinds.some(({ name }) => name === Item.waitKind));
  return isOfThese ? getWait(String(Item.waitId)) : undefined;
}

/** A wait by its id, open or closed. */
export async function getWait(id: string): Promise<Wait | undefined> {
  const { Item } = await tables.send(new GetCommand({ TableName: WAITS_TABLE, Key: { id }, ConsistentRead: true }));
  return Item as Wait | undefined;
}

/** The open waits of a scope, or those that are due at `by` (seconds since 1970); of each partition the one due first first. */
export async function* openWaits(scope: Scope, by?: number): AsyncGenerator<OpenWait> {
  const isDue = by === undefined ? '' : ' AND nextCheckAt <= :by';
  for (const partition of PARTITIONS[scope])
    yield* queryAll<OpenWait>({
      TableName: WAITS_TABLE,
      IndexName: 'due',
      KeyConditionExpression: `#due = :due${isDue}`,
      ExpressionAttributeNames: { '#due': 'due' },
      ExpressionAttributeValues: { ':due': partition, ...(by !== undefined && { ':by': by }) },
    });
}

/**
 * Looks at the open resources of waits of one kind. First it stores the times of the next looks and sends what wakes the
 * reconciler then, then it looks, at all of them at the same time so that they share requests, then it renews heartbeats: a
 * task that can no longer be looked at or ended must not be kept alive, as its retry is the third way on. A wait whose task
 * is over is closed. Before a look that acts the heartbeat is renewed, as another run may have the resources by now: none
 * acts without an answer. A failure of one wait blocks no other: it stays due, or falls due again. Returns the ids of those
 * whose task answered a heartbeat.
 * Safe to repeat and to run twice at once: only the first claims a wait, and a token ends only once.
 */
export async function checkWaits(kind: WaitKind, waits: OpenWait[]): Promise<string[]> {
  const now = nowSeconds();
  const heard: string[] = [];
  const claimed = await forWaits(waits, (wait) => claim(kind, wait, now));
  const eager = await forWaits(claimed, async (wait) => {
    // An ended wait is still open only if its task could not be ended: without a heartbeat the state is retried.
    const isOver = isOverAt(now, wait);
    const found = await look(kind, wait, { isClaimed: true });
    if (found === 'wants') return wait;
    const isHeartbeatSet = wait.heardAt === now;
    if (!isOver && found !== 'ended' && isHeartbeatSet && (await isHeard(wait))) heard.push(wait.id);
    return undefined;
  });
  return [...heard, ...(await act(() => kind, eager))];
}

/** True if a look at the wait renews its heartbeat. */
export function isHeartbeatDue({ heardAt }: Pick<Wait, 'heardAt'>, now: number): boolean {
  return now - heardAt >= HEARTBEAT_SECONDS;
}

/** Renews the heartbeat, and closes a wait whose task is over. */
async function isHeard(wait: Wait): Promise<boolean> {
  const answer = await isStillWaiting(wait);
  if (answer === 'no') await drop(wait);
  return answer === 'yes';
}

/**
 * Looks at waits without a claim for each: whoever calls it has claimed the time of their looks, and writes what is news.
 * With `renews` it also renews the heartbeats of those that go on. Waits whose looks would act are claimed for that. Returns
 * the ids of those whose task answered a heartbeat.
 * Safe to repeat and to run twice at once: what was found is stored only if the wait is as it was read.
 */
export async function lookAtAll(
  kindOf: (name: string) => WaitKind,
  waits: OpenWait[],
  renews: boolean,
): Promise<string[]> {
  const now = nowSeconds();
  const heard: string[] = [];
  const read = await getAll<Wait>(
    WAITS_TABLE,
    waits.map(({ id }) => ({ id })),
  );
  const eager = await forWaits(
    read.filter(({ due }) => due),
    async (wait) => {
      const isOver = isOverAt(now, wait);
      const found = await look(kindOf(wait.kind), wait);
      if (found === 'wants') return wait;
      if (renews && !isOver && found === 'open' && (await isHeard(wait))) heard.push(wait.id);
      return undefined;
    },
  );
  const claimed = await forWaits(eager, (wait) => save(wait, { heardAt: now }));
  return [...heard, ...(await act(({ kind }) => kindOf(kind), claimed))];
}

/** Looks again, with leave, at claimed waits whose looks would act; all at the same time, so that they share requests. */
async function act(kindOf: (wait: Wait) => WaitKind, claimed: Wait[]): Promise<string[]> {
  const allowed = await forWaits(claimed, async (wait) => ((await hasLeave(wait)) ? wait : undefined));
  await forWaits(allowed, (wait) => look(kindOf(wait), wait, { isClaimed: true, mayAct: true }));
  return allowed.map(({ id }) => id);
}

/** Stores the time of the next look that is claimed; whoever is the first to do so has this one. */
async function claim(kind: WaitKind, wait: OpenWait, now: number): Promise<Wait | undefined> {
  const ahead = looksAhead(kind, wait.startedAt, now);
  const claimed = await save(wait, {
    nextCheckAt: ahead.claimedAt,
    ...(isHeartbeatDue(wait, now) && { heardAt: now }),
  });
  // Before the look, which may be the end of this invocation.
  // One that is over only has to be ended: if that fails, the reconciler is woken soon, and more looks would only do the same.
  if (claimed) await sendAhead(claimed, isOverAt(now, claimed) ? { ...ahead, carried: [] } : ahead);
  return claimed;
}

/** Acts for each wait at the same time; what failed, or came to nothing, is not in the answer. */
async function forWaits<Of extends Pick<Wait, 'id'>, Found>(
  waits: Of[],
  act: (wait: Of) => Promise<Found | undefined>,
): Promise<Found[]> {
  const found = await allOf(
    waits.map((wait) =>
      forWait(wait, () => act(wait)).catch((error) => {
        logger.error('Could not check a wait', { waitId: wait.id, error: error as Error });
        return undefined;
      }),
    ),
  );
  return found.filter((each) => each !== undefined);
}

/** Makes a look that a message carries. Safe to repeat, like a look for an event. */
export async function lookAhead(kind: WaitKind, { id, of }: LookAhead): Promise<void> {
  if (of && !(await hasNews(kind, of))) return;
  const wait = await getWait(id);
  if (wait?.due) await checkForEvent(kind, wait, wait.resources);
}

/** True if a resource has ended, or the wait has to be looked at itself: it is over, a look was refused, or would act. */
async function hasNews(kind: WaitKind, of: NonNullable<LookAhead['of']>): Promise<boolean> {
  if (nowSeconds() >= of.deadline) return true;
  let wants = false;
  const mayAct = () => {
    wants = true;
    return false;
  };
  try {
    const settled = await kind.check({ ...of, notes: {}, mayAct }, of.resources);
    return wants || Object.keys(settled).length > 0;
  } catch {
    return true;
  }
}

/**
 * Looks at the resources of a wait for which there is a reason to look, such as an event; the time of the next look at all of
 * them stays. What it finds is stored only if the wait is as it was read. Otherwise it reads it again: the other look may
 * have been at another one.
 */
export function checkForEvent(kind: WaitKind, wait: Wait, only: string[]): Promise<void> {
  return forWait(wait, async () => {
    let current: Wait | undefined = wait;
    for (let attempt = 1; current?.due && attempt <= EVENT_ATTEMPTS; attempt += 1) {
      let found: Look | undefined = await look(kind, current, { only });
      if (found === 'wants') {
        // Who acts claims the wait: two looks at once must not both act.
        const claimed: Wait | undefined = await save(current, { heardAt: nowSeconds() });
        if (claimed && !(await hasLeave(claimed))) return;
        found = claimed && (await look(kind, claimed, { only, isClaimed: true, mayAct: true }));
      }
      if (found && found !== 'changed') return;
      current = await getWait(wait.id);
    }
  });
}

/** A wait's id is that of its run, and the step. */
export function runOfWait({ id }: Pick<Wait, 'id'>): string {
  return id.split('#')[0] ?? '';
}

function forWait<Result>(wait: Pick<Wait, 'id'>, run: () => Promise<Result>): Promise<Result> {
  const runId = runOfWait(wait);
  return forRun(runId, run, wait.id.slice(runId.length + 1));
}

function isOverAt(now: number, wait: Wait): boolean {
  return now >= wait.deadline || wait.resources.every((resource) => wait.settled[resource]);
}

/** Whether a look may act: only with the answer that the task still waits. */
async function hasLeave(claimed: Wait): Promise<boolean> {
  const answer = await isStillWaiting(claimed);
  if (answer === 'yes') return true;
  if (answer === 'no') await drop(claimed);
  // Not for a run that may be over. Why it did not look is what the report says.
  else if (!claimed.unansweredSince)
    await save(claimed, {
      unansweredSince: nowSeconds(),
      lastError: `heartbeat: ${describeError(answer.unknown)}`,
      lastErrorName: errorName(answer.unknown),
    });
  return false;
}

/** What came of a look: the wait ended, or goes on, or another look has changed it meanwhile, or it would act. */
type Look = 'ended' | 'open' | 'changed' | 'wants';

interface HowToLook {
  /** Of the wait's resources. */
  only?: string[];
  /** The wait is as its claim by this look has left it. */
  isClaimed?: boolean;
  mayAct?: boolean;
}

/**
 * Ends the wait when all resources have ended, its deadline has passed, or looks keep being refused. A look that would act
 * and may not stores nothing. Past its deadline none acts: the run may be over.
 */
async function look(kind: WaitKind, wait: Wait, { only, isClaimed, mayAct }: HowToLook = {}): Promise<Look> {
  const open = wait.resources.filter((resource) => !wait.settled[resource]);
  // A copy: what a look notes counts even if the look fails half-way.
  const notes = structuredClone(wait.notes ?? {});
  const looked = only ? open.filter((resource) => only.includes(resource)) : open;
  const isOver = isOverAt(nowSeconds(), wait);
  let wants = false;
  const leave = {
    isFirst: wait.version === (isClaimed ? FIRST_LOOK : FIRST_LOOK - 1),
    mayAct: () => {
      wants = true;
      return Boolean(mayAct) && !isOver;
    },
  };
  const { newlySettled, error } = await findSettled(kind, { ...wait, ...leave, notes }, looked);
  if (wants && !mayAct && !isOver) return 'wants';
  const settled = { ...wait.settled, ...newlySettled };
  const isRefused = error !== undefined && !isTransient(error);
  const found = {
    settled,
    notes,
    // What looked at nothing says nothing about the looks before.
    ...(looked.length > 0 && {
      refusals: isRefused ? (wait.refusals ?? 0) + 1 : 0,
      refusedSince: isRefused ? wait.refusedSince || nowSeconds() : 0,
      unansweredSince: error && !isRefused ? wait.unansweredSince || nowSeconds() : 0,
    }),
    ...(error !== undefined && { lastError: describeError(error), lastErrorName: errorName(error) }),
  };
  const end = endOf(kind, { ...wait, ...found });
  const isNews =
    Object.keys(newlySettled).length > 0 ||
    (looked.length > 0 &&
      (found.refusals !== (wait.refusals ?? 0) || found.unansweredSince !== (wait.unansweredSince ?? 0))) ||
    JSON.stringify(notes) !== JSON.stringify(wait.notes ?? {});
  if (!end && !isNews) return 'open';
  // If the wait changed in between, the reconciler looks again at what this look has seen.
  const saved = await save(wait, { ...found, nextCheckAt: end ? nowSeconds() : wait.nextCheckAt });
  if (!saved) return 'changed';
  if (!end) return 'open';
  try {
    if (await endTask(wait, end)) await close(wait);
    else await drop(wait);
  } catch (error) {
    await wakeSoon(scopeOf(wait));
    throw error;
  }
  return 'ended';
}

async function findSettled(
  kind: WaitKind,
  wait: Parameters<WaitKind['check']>[0] & { id: string },
  resources: string[],
) {
  if (resources.length === 0) return { newlySettled: {} };
  try {
    return { newlySettled: await kind.check(wait, resources) };
  } catch (error) {
    logger.warn('Could not look at what a state waits for', { waitId: wait.id, reason: describeError(error) });
    return { newlySettled: {}, error };
  }
}

/** Writes into the wait if its version is as it was read; returns the wait, or undefined when the version has changed. */
async function save(wait: OpenWait, fields: Partial<Omit<Wait, 'id' | 'version'>>): Promise<Wait | undefined> {
  return update(
    wait.id,
    changeOf(
      { set: fields, add: { version: 1 } },
      { condition: '#version = :read', values: { ':read': wait.version } },
    ),
  );
}

/** Closes a wait whose task is over. A retry of the state that comes soon continues it. */
function drop(wait: Wait): Promise<void> {
  return close(wait, { droppedAt: nowSeconds() });
}

/** Removes the wait from the index of open waits, unless a newer attempt of the state has taken it over. */
async function close(wait: Wait, set: Pick<Wait, 'droppedAt'> = {}): Promise<void> {
  const change = { set, add: { version: 1 }, remove: ['due'] };
  await update(wait.id, changeOf(change, { condition: 'taskToken = :token', values: { ':token': wait.taskToken } }));
}

async function update(id: string, change: ReturnType<typeof changeOf>): Promise<Wait | undefined> {
  try {
    const { Attributes } = await tables.send(
      new UpdateCommand({ TableName: WAITS_TABLE, Key: { id }, ...change, ReturnValues: 'ALL_NEW' }),
    );
    return Attributes as Wait;
  } catch (error) {
    if (hasName(error, 'ConditionalCheckFailedException')) return undefined;
    throw error;
  }
}
