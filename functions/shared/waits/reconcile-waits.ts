import type { Context } from 'aws-lambda';
import { nowSeconds, sleep } from '../clock';
import { allOf } from '../in-batches';
import { logger } from '../logger';
import { closeOrphanedRuns } from '../runs/orphaned-runs';
import { tellAgain } from '../runs/tell';
import { task } from '../task';
import { waitKind } from './kinds/all';
import { checkWait, type OpenWait, openWaits } from './waits';

const PARALLEL_CHECKS = 10;
const PAUSE_SECONDS = 5;
/** Stops before the next invocation, which comes a minute after this one. */
const RESERVE_MS = 8_000;

/**
 * Runs every minute: checks every wait that is due, and continues while another wait falls due within the minute. So
 * short waits end within seconds even if every event is lost. It also closes runs whose execution is over,
 * and sends messages that SNS has not taken.
 * Safe to repeat and to overlap: every write in checkWait is conditional.
 */
export const handler = task(async (_event: unknown, context: Context): Promise<void> => {
  await closeOrphanedRuns().catch((error) => logger.error('Could not look at the open runs', error as Error));
  await tellAgain().catch((error) => logger.error('Could not look at the messages', error as Error));
  const end = nowSeconds() + Math.floor((context.getRemainingTimeInMillis() - RESERVE_MS) / 1000);
  for (let isFirst = true; ; isFirst = false) {
    const nextCheckAt = await checkDueWaits(end, isFirst);
    if (nextCheckAt === undefined || nextCheckAt > end || nowSeconds() + PAUSE_SECONDS > end) return;
    // New waits may arrive during the pause, so it is never longer.
    await sleep(PAUSE_SECONDS);
  }
});

/**
 * Checks the waits that are due, longest due first, until `end`; the next invocation checks the rest.
 * Returns when the next wait falls due, or undefined when no wait is open. The first look counts all waits.
 */
async function checkDueWaits(end: number, isFirst: boolean): Promise<number | undefined> {
  const due: OpenWait[] = [];
  let next: number | undefined;
  let open = 0;
  for await (const wait of openWaits()) {
    open += 1;
    if (wait.nextCheckAt <= nowSeconds()) {
      due.push(wait);
    } else {
      next ??= wait.nextCheckAt;
      if (!isFirst) break;
    }
  }
  if (isFirst) {
    const lagSeconds = due[0] ? nowSeconds() - due[0].nextCheckAt : 0;
    logger.info('Reconciled waits', { openWaits: open, lagSeconds });
  }
  for (let first = 0; first < due.length && nowSeconds() < end; first += PARALLEL_CHECKS) {
    await allOf(due.slice(first, first + PARALLEL_CHECKS).map(checkOne));
  }
  return due.length > 0 ? nowSeconds() : next;
}

/** Checks one wait. A failure does not block the other waits: the wait stays due and the next look tries again. */
async function checkOne(wait: OpenWait): Promise<void> {
  try {
    await checkWait(waitKind(wait.kind), wait);
  } catch (error) {
    logger.error('Could not check a wait', { waitId: wait.id, error: error as Error });
  }
}
