import type { Context, SQSEvent } from 'aws-lambda';
import { nowSeconds } from '../clock';
import { allOf } from '../in-batches';
import { collect } from '../items';
import { logger } from '../logger';
import { closeOrphanedRuns } from '../runs/orphaned-runs';
import { openItems, type RunRecord, runsAmong } from '../runs/runs';
import { OPEN_BEFORE, tellAgain } from '../runs/tell';
import { task } from '../task';
import { kinds, waitKind } from './kinds/all';
import { CHEAP_FROM, claimLooks, isLookDue, nextSharedLook } from './look-times';
import { type LookAhead, lookOf } from './looks-ahead';
import type { Scope } from './partitions';
import { isMark } from './shards-in-use';
import {
  checkWaits,
  isHeartbeatDue,
  isLookedAt,
  lookAhead,
  lookAtAll,
  type OpenWait,
  openWaits,
  runOfWait,
} from './waits';
import { nextLook, TICK_SECONDS, wakeAt } from './waker';

/** As many as share one request to EC2 (a filter has 200 values). */
const TOGETHER = 200;
/** Looks begin no later than so long before the function's timeout. */
const RESERVE_MS = 8_000;
/** The hosts of functions are in step, and nothing promises by how much. */
const CLOCKS_DIFFER_SECONDS = 10;
/**
 * Waits that share looks are renewed by the first look after each multiple of it: state machines give a task 900 s. The
 * schedule comes then, and every rhythm has a look then.
 */
const RENEW_SECONDS = 600;
/** So many waits cost less one by one than together. */
const FEW = 5;
/** How often messages of the release before are looked for. */
const BEFORE_SECONDS = 3600;

/**
 * Looks at the waits that are due: when messages of WakeQueue say that some are, and every five minutes, in case a message
 * was lost. Every five minutes it also closes runs whose execution is over, and sends messages that SNS has not taken.
 * So every wait ends even if every event and every message is lost.
 * Safe to repeat and to overlap: looks are claimed, and every write about a wait is conditional.
 */
export const handler = task(async (event: Partial<SQSEvent>, context: Context): Promise<void> => {
  const end = nowSeconds() + Math.floor((context.getRemainingTimeInMillis() - RESERVE_MS) / 1000);
  if (event.Records) {
    const looks = event.Records.flatMap(({ body }) => lookOf(body) ?? []);
    await allOf(looks.map(makeLook));
    const { by, scopes } = whatIsDue(event.Records.filter(({ body }) => !lookOf(body)));
    for (const scope of scopes) await carryOut(await plan(scope, await collect(openWaits(scope, by)), by), end);
    return;
  }
  const now = nowSeconds();
  const open = await openNow(now).catch((error) => {
    logger.error('Could not list the open runs', error as Error);
    return [];
  });
  const runs = runsAmong(open);
  const looks = await planAll(now).catch(async (error) => {
    await allOf([closeOrphanedRuns(runs), tellAgain(open)]);
    throw error;
  });
  // A task that answers its heartbeat says that the run's execution is not over.
  const toHear = new Set(looks.flatMap(whomToHear));
  const isToHear = ({ runId, undoExecutionArn }: RunRecord) => !undoExecutionArn && toHear.has(runId);
  const heard = new Set<string>();
  const look = async () => {
    for (const each of looks) for (const id of await carryOut(each, end)) heard.add(runOfWait({ id }));
  };
  await allOf([look(), closeOrphanedRuns(runs.filter((run) => !isToHear(run))), tellAgain(open)]);
  await closeOrphanedRuns(runs.filter((run) => isToHear(run) && !heard.has(run.runId)));
});

/** Makes the look that a message carries. One that fails holds up no other: the schedule comes to its wait. */
async function makeLook(look: LookAhead): Promise<void> {
  try {
    await lookAhead(waitKind(look.kind), look);
  } catch (error) {
    logger.error('Could not make a look', { waitId: look.id, error: error as Error });
  }
}

/** The looks at all that is due. */
async function planAll(now: number): Promise<Looks[]> {
  const common = await collect(openWaits('common'));
  const sharded = common.some(isMark) ? await collect(openWaits('shards')) : [];
  const looks = [await plan('common', dueOf(common, now), now), await plan('shards', dueOf(sharded, now), now)];
  const openWaitsCount = common.filter((wait) => !isMark(wait)).length + sharded.length;
  logger.info('Reconciled waits', { openWaits: openWaitsCount, lagSeconds: Math.max(...looks.map(lagOf)) });
  return looks;
}

/** The runs that are not closed, and the messages that SNS has not taken. */
async function openNow(now: number) {
  const open = await openItems();
  return now % BEFORE_SECONDS < TICK_SECONDS ? [...open, ...(await openItems(OPEN_BEFORE))] : open;
}

/** The runs of which a look is to renew a heartbeat. */
function whomToHear({ each, shared, since, by }: Looks): string[] {
  const renewed = renewsAll(since, by) ? shared : [];
  return [...each.filter((wait) => isHeartbeatDue(wait, by)), ...renewed].map(runOfWait);
}

function renewsAll(since: number, by: number): boolean {
  return Math.floor(by / RENEW_SECONDS) > Math.floor(since / RENEW_SECONDS);
}

function dueOf(waits: OpenWait[], now: number): OpenWait[] {
  return waits.filter(({ nextCheckAt }) => nextCheckAt <= now);
}

/** Where something is due, and by now or the time that a message says, if its sender's clock is a little ahead of this one. */
function whatIsDue(records: SQSEvent['Records']): { by: number; scopes: Scope[] } {
  const now = nowSeconds();
  const messages = records.map(({ body }) => /^\{"at":(\d+)(,"scope":"shards")?\}$/.exec(body));
  const times = messages.map((message) => Number(message?.[1] ?? now));
  const scopes = new Set(messages.map((message): Scope => (message?.[2] ? 'shards' : 'common')));
  return { by: Math.max(now, ...times.filter((at) => at <= now + CLOCKS_DIFFER_SECONDS)), scopes: [...scopes] };
}

/** The looks that one invocation makes. */
interface Looks {
  scope: Scope;
  by: number;
  /** Waits whose looks are claimed one by one, longest due first. */
  each: OpenWait[];
  /** Waits whose shared look is due, and up to when the looks before had been claimed. */
  shared: OpenWait[];
  since: number;
}

/** Decides which waits share a look, claims it for all of them, and sends what wakes the reconciler for their next one. */
async function plan(scope: Scope, inIndex: OpenWait[], by: number): Promise<Looks> {
  const due = inIndex.filter((wait) => !isMark(wait)).sort((one, other) => one.nextCheckAt - other.nextCheckAt);
  const looking = due.filter(({ kind }) => kinds.some(({ name }) => name === kind));
  // A claim of its own brings the wait, and the looks after it are carried by messages: a shared look claims and reads each time.
  if (looking.length <= FEW) return { scope, by, each: due, shared: [], since: by };
  const each = due.filter((wait) => !looking.includes(wait));
  const since = await claimLooks(scope, by).catch((error) => {
    logger.error('Could not claim the shared looks', error as Error);
    return undefined;
  });
  if (since === undefined) return { scope, by, each, shared: [], since: by };
  const isCheap = looking.length >= CHEAP_FROM;
  await wakeAt(Math.min(...looking.map((wait) => nextSharedLook(waitKind(wait.kind), wait, by, isCheap))), scope);
  return {
    scope,
    by,
    each,
    shared: looking.filter((wait) => !isLookedAt(wait) || isLookDue(waitKind(wait.kind), wait, since, by, isCheap)),
    since,
  };
}

/** How late the look is that is latest. */
function lagOf({ by, each, shared, since }: Looks): number {
  const dueAt = [
    ...each.map(({ nextCheckAt }) => nextCheckAt),
    ...shared.map((wait) => nextSharedLook(waitKind(wait.kind), wait, Math.max(since, wait.startedAt), false)),
  ];
  return Math.max(0, by - Math.min(by, ...dueAt));
}

/** Makes the looks, and returns the ids of the waits whose task answered a heartbeat. */
async function carryOut(looks: Looks, end: number): Promise<string[]> {
  return (await allOf([checkEach(looks, end), lookTogether(looks, end)])).flat();
}

/** Checks waits, longest due first and many at a time, until `end`; an invocation that it wakes checks the rest. */
async function checkEach({ scope, each: due }: Looks, end: number): Promise<string[]> {
  const heard: string[] = [];
  for (let first = 0; first < due.length; first += TOGETHER) {
    if (nowSeconds() >= end) {
      await wakeAt(nextLook(1), scope);
      break;
    }
    const batch = due.slice(first, first + TOGETHER);
    const names = [...new Set(batch.map(({ kind }) => kind))];
    const answers = await allOf(
      names.map((name) =>
        checkKind(
          name,
          batch.filter(({ kind }) => kind === name),
        ),
      ),
    );
    heard.push(...answers.flat());
  }
  return heard;
}

/** Looks at waits that share a look, many at a time, until `end`; the rest has its turn with the next one. */
async function lookTogether({ shared, since, by }: Looks, end: number): Promise<string[]> {
  const heard: string[] = [];
  // Not always the same ones last: time may run out.
  const offset = shared.length > 0 ? by % shared.length : 0;
  const inTurn = [...shared.slice(offset), ...shared.slice(0, offset)];
  for (let first = 0; first < inTurn.length && nowSeconds() < end; first += TOGETHER)
    heard.push(...(await lookAtAll(waitKind, inTurn.slice(first, first + TOGETHER), renewsAll(since, by))));
  return heard;
}

/** Checks waits of one kind. A kind that this version does not know blocks no other. */
async function checkKind(name: string, waits: OpenWait[]): Promise<string[]> {
  try {
    return await checkWaits(waitKind(name), waits);
  } catch (error) {
    logger.error('Could not check waits', { kind: name, error: error as Error });
    return [];
  }
}
