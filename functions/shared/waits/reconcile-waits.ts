import type { Context, SQSEvent } from 'aws-lambda';
import { nowSeconds } from '../clock';
import { allOf } from '../in-batches';
import { logger } from '../logger';
import { closeOrphanedRuns } from '../runs/orphaned-runs';
import { tellAgain } from '../runs/tell';
import { task } from '../task';
import { waitKind } from './kinds/all';
import { checkWait, type OpenWait, openWaits } from './waits';
import { nextLook, wakeAt } from './waker';

const PARALLEL_CHECKS = 10;
/** Looks begin no later than so long before the function's timeout. */
const RESERVE_MS = 8_000;
/** The hosts of functions are in step, and nothing promises by how much. */
const CLOCKS_DIFFER_SECONDS = 10;

/**
 * Looks at the waits that are due: when messages of WakeQueue say that some are, and every five minutes, in case a message
 * was lost. Every five minutes it also closes runs whose execution is over, and sends messages that SNS has not taken.
 * So every wait ends even if every event and every message is lost.
 * Safe to repeat and to overlap: every write in checkWait is conditional.
 */
export const handler = task(async (event: Partial<SQSEvent>, context: Context): Promise<void> => {
  const end = nowSeconds() + Math.floor((context.getRemainingTimeInMillis() - RESERVE_MS) / 1000);
  if (event.Records) return checkAll(await collect(openWaits(dueBy(event.Records))), end);
  await closeOrphanedRuns().catch((error) => logger.error('Could not look at the open runs', error as Error));
  await tellAgain().catch((error) => logger.error('Could not look at the messages', error as Error));
  const open = await collect(openWaits());
  const due = open.filter(({ nextCheckAt }) => nextCheckAt <= nowSeconds());
  const lagSeconds = due[0] ? nowSeconds() - due[0].nextCheckAt : 0;
  logger.info('Reconciled waits', { openWaits: open.length, lagSeconds });
  await checkAll(due, end);
});

/** Now, or the time that a message says, if the clock of whoever sent it is a little ahead of this one. */
function dueBy(records: SQSEvent['Records']): number {
  const now = nowSeconds();
  const times = records.map(({ body }) => Number(/^\{"at":(\d+)\}$/.exec(body)?.[1] ?? now));
  return Math.max(now, ...times.filter((at) => at <= now + CLOCKS_DIFFER_SECONDS));
}

/** Checks waits, longest due first, until `end`; an invocation that it wakes checks the rest. */
async function checkAll(due: OpenWait[], end: number): Promise<void> {
  for (let first = 0; first < due.length; first += PARALLEL_CHECKS) {
    if (nowSeconds() >= end) return wakeAt(nextLook(1));
    await allOf(due.slice(first, first + PARALLEL_CHECKS).map(checkOne));
  }
}

/** Checks one wait. A failure does not block the other waits: the wait stays due, or falls due again. */
async function checkOne(wait: OpenWait): Promise<void> {
  try {
    await checkWait(waitKind(wait.kind), wait);
  } catch (error) {
    logger.error('Could not check a wait', { waitId: wait.id, error: error as Error });
  }
}

async function collect(waits: AsyncGenerator<OpenWait>): Promise<OpenWait[]> {
  const all: OpenWait[] = [];
  for await (const wait of waits) all.push(wait);
  return all;
}
