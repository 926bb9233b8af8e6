import type { Context, SQSEvent } from 'aws-lambda';
import { nowSeconds } from '../clock';
import { allOf } from '../in-batches';
import { logger } from '../logger';
import { closeOrphanedRuns } from '../runs/orphaned-runs';
import { tellAgain } from '../runs/tell';
import { task } from '../task';
import { waitKind } from './kinds/all';
import { checkWaits, type OpenWait, openWaits } from './waits';
import { nextLook, wakeAt } from './waker';

/** As many as share one request to EC2 (a filter has 200 values). */
const TOGETHER = 200;
/** Looks begin no later than so long before the function's timeout. */
const RESERVE_MS = 8_000;
/** The hosts of functions are in step, and nothing promises by how much. */
const CLOCKS_DIFFER_SECONDS = 10;

/**
 * Looks at the waits that are due: when messages of WakeQueue say that some are, and every five minutes, in case a message
 * was lost. Every five minutes it also closes runs whose execution is over, and sends messages that SNS has not taken.
 * So every wait ends even if every event and every message is lost.
 * Safe to repeat and to overlap: every write in checkWaits is conditional.
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

/** Checks waits, longest due first and many at a time, until `end`; an invocation that it wakes checks the rest. */
async function checkAll(due: OpenWait[], end: number): Promise<void> {
  for (let first = 0; first < due.length; first += TOGETHER) {
    if (nowSeconds() >= end) {
      await wakeAt(nextLook(1));
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

/** Checks waits of one kind. A kind that this version does not know blocks no other. */
async function checkKind(name: string, waits: OpenWait[]): Promise<void> {
  try {
    await checkWaits(waitKind(name), waits);
  } catch (error) {
    logger.error('Could not check waits', { kind: name, error: error as Error });
  }
}

async function collect(waits: AsyncGenerator<OpenWait>): Promise<OpenWait[]> {
  const all: OpenWait[] = [];
  for await (const wait of waits) all.push(wait);
  return all;
}
