import type { Context, SQSEvent } from 'aws-lambda';
import { nowSeconds } from '../clock';
import { allOf } from '../in-batches';
import { collect } from '../items';
import { logger } from '../logger';
import { closeOrphanedRuns } from '../runs/orphaned-runs';
import { tellAgain } from '../runs/tell';
import { task } from '../task';
import { kinds, waitKind } from './kinds/all';
import { CHEAP_FROM, claimLooks, isLookDue, nextSharedLook } from './look-times';
import type { Scope } from './partitions';
import { isMark } from './shards-in-use';
import { checkWaits, isLookedAt, lookAtAll, type OpenWait, openWaits } from './waits';
import { nextLook, wakeAt } from './waker';

/** As many as share one request to EC2 (a filter has 200 values). */
const TOGETHER = 200;
/** Looks begin no later than so long before the function's timeout. */
const RESERVE_MS = 8_000;
/** The hosts of functions are in step, and nothing promises by how much. */
const CLOCKS_DIFFER_SECONDS = 10;
/** Waits that share looks are renewed by the first look after each multiple of it: state machines give a task 900 s. */
const RENEW_SECONDS = 450;

/**
 * Looks at the waits that are due: when messages of WakeQueue say that some are, and every five minutes, in case a message
 * was lost. Every five minutes it also closes runs whose execution is over, and sends messages that SNS has not taken.
 * So every wait ends even if every event and every message is lost.
 * Safe to repeat and to overlap: looks are claimed, and every write about a wait is conditional.
 */
export const handler = task(async (event: Partial<SQSEvent>, context: Context): Promise<void> => {
  const end = nowSeconds() + Math.floor((context.getRemainingTimeInMillis() - RESERVE_MS) / 1000);
  if (event.Records) {
    const { by, scopes } = whatIsDue(event.Records);
    for (const scope of scopes) await carryOut(await plan(scope, await collect(openWaits(scope, by)), by), end);
    return;
  }
  await closeOrphanedRuns().catch((error) => logger.error('Could not look at the open runs', error as Error));
  await tellAgain().catch((error) => logger.error('Could not look at the messages', error as Error));
  const now = nowSeconds();
  const common = await collect(openWaits('common'));
  const sharded = common.some(isMark) ? await collect(openWaits('shards')) : [];
  const looks = [await plan('common', dueOf(common, now), now), await plan('shards', dueOf(sharded, now), now)];
  const openWaitsCount = common.filter((wait) => !isMark(wait)).length + sharded.length;
  logger.info('Reconciled waits', { openWaits: openWaitsCount, lagSeconds: Math.max(...looks.map(lagOf)) });
  for (const each of looks) await carryOut(each, end);
});

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
  // A claim of its own costs less than a shared look, which reads the wait besides.
  if (looking.length <= 1) return { scope, by, each: due, shared: [], since: by };
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

async function carryOut(looks: Looks, end: number): Promise<void> {
  await allOf([checkEach(looks, end), lookTogether(looks, end)]);
}

/** Checks waits, longest due first and many at a time, until `end`; an invocation that it wakes checks the rest. */
async function checkEach({ scope, each: due }: Looks, end: number): Promise<void> {
  for (let first = 0; first < due.length; first += TOGETHER) {
    if (nowSeconds() >= end) {
      await wakeAt(nextLook(1), scope);
      return;
    }
    const batch = due.slice(first, first + TOGETHER);
    const names = [...new Set(batch.map(({ kind }) => kind))];
    await allOf(
      names.map((name) =>
        checkKind(
          name,
          batch.filter(({ kind }) => kind === name),
        ),
      ),
    );
  }
}

/** Looks at waits that share a look, many at a time, until `end`; the rest has its turn with the next one. */
async function lookTogether({ shared, since, by }: Looks, end: number): Promise<void> {
  const renews = Math.floor(by / RENEW_SECONDS) > Math.floor(since / RENEW_SECONDS);
  // Not always the same ones last: time may run out.
  const offset = shared.length > 0 ? by % shared.length : 0;
  const inTurn = [...shared.slice(offset), ...shared.slice(0, offset)];
  for (let first = 0; first < inTurn.length && nowSeconds() < end; first += TOGETHER)
    await lookAtAll(waitKind, inTurn.slice(first, first + TOGETHER), renews);
}

/** Checks waits of one kind. A kind that this version does not know blocks no other. */
async function checkKind(name: string, waits: OpenWait[]): Promise<void> {
  try {
    await checkWaits(waitKind(name), waits);
  } catch (error) {
    logger.error('Could not check waits', { kind: name, error: error as Error });
  }
}
