import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../clients/dynamodb';
import { nowSeconds } from '../clock';
import { hasName } from '../error-name';
import { changeOf } from '../items';
import { logger } from '../logger';
import { describeError } from '../task';
import type { MessagePart } from './message';
import { notify } from './notify';
import { getRun, type OpenItem, RUNS_TABLE, runExpiresAt, updateRun } from './runs';

/** A message to the operator. */
interface Message {
  /** The run that it is about, or what stands for one in the table of runs. */
  runId: string;
  /** What it tells of the run: `end`, `approval` … Of each there is one message, whatever wording comes later. */
  what: string;
  subject: string;
  message: MessagePart[];
  attributes: Record<string, string>;
}

/** The item of a message: its wording, and what became of it. `open` while SNS has not answered that it took it. */
interface StoredMessage extends Omit<Message, 'what' | 'message'> {
  item: string;
  /** A text if a release before this one stored it. */
  message: MessagePart[] | string;
  open?: 'open';
  attempts: number;
  /** Seconds since 1970. */
  nextAttemptAt: number;
  toldAt?: number;
}

/** SNS may have delivered a message whose answer was lost, so each attempt may be a mail: five within fifteen hours. */
const PAUSES_SECONDS = [60, 15 * 60, 2 * 3600, 12 * 3600];
const MAX_ATTEMPTS = PAUSES_SECONDS.length + 1;
/** How long an attempt may take before another one is made. */
const ATTEMPT_SECONDS = 60;
const PREFIX = 'message#';
const END = 'message#end';

/**
 * Publishes a message to the operator, and returns whether SNS took it. The wording and the attempt are stored before the
 * call: a repeated call sends the first wording, and no more than five times in all; `tellAgain` makes the later attempts.
 * Never throws for SNS. Safe to repeat: a message that SNS took, or whose next attempt is not due, is not sent.
 */
export async function tell({ runId, what, ...wording }: Message): Promise<boolean> {
  const item = PREFIX + what;
  const claimed = await claim(runId, item, wording);
  return claimed ? send(claimed) : (await read(runId, item))?.toldAt !== undefined;
}

/** Where the release before has its open messages: an update may meet one within its fifteen hours. */
export const OPEN_BEFORE = 'message';

/**
 * Makes the attempts that are due of messages that SNS has not taken, which are among the open items, and gives up those
 * that had all of theirs. Safe to repeat and to overlap.
 */
export async function tellAgain(items: readonly OpenItem[]): Promise<void> {
  for (const { runId, item } of items.filter((each) => each.item.startsWith(PREFIX))) {
    try {
      await retry(runId, item);
    } catch (error) {
      // One message that cannot be looked at does not block the others.
      logger.error('Could not look at a message', { runId, item, reason: describeError(error) });
    }
  }
}

async function retry(runId: string, item: string): Promise<void> {
  const run = await getRun(runId);
  // A question of a run that is over would send the operator the wrong way.
  if (run && !run.open && item !== END) return close(runId, item);
  const claimed = await claim(runId, item);
  if (claimed) {
    await send(claimed, true);
    return;
  }
  const stored = await read(runId, item);
  if (!stored?.open || stored.attempts < MAX_ATTEMPTS || nowSeconds() < stored.nextAttemptAt) return;
  // The alarm on this line is what is left: CloudWatch raises it, not the functions.
  logger.error('Notification given up', { runId, subject: stored.subject, attempts: stored.attempts });
  if (run) await updateRun(runId, { notificationGivenUpAt: nowSeconds() });
  await close(runId, item);
}

/**
 * Counts an attempt if one is due and left, and stores the wording unless there is one. Undefined when it is not this
 * caller's to make. The SDK may repeat a request whose answer was lost: that attempt is counted, and not made.
 */
async function claim(
  runId: string,
  item: string,
  wording?: Omit<Message, 'runId' | 'what'>,
): Promise<StoredMessage | undefined> {
  const isDue = '(attribute_exists(#open) AND nextAttemptAt <= :now AND #attempts < :max)';
  const first = wording && { ...wording, startedAt: nowSeconds(), expiresAt: runExpiresAt() };
  try {
    const { Attributes } = await tables.send(
      new UpdateCommand({
        TableName: RUNS_TABLE,
        Key: { runId, item },
        ...changeOf(
          {
            set: { open: 'open', nextAttemptAt: nowSeconds() + ATTEMPT_SECONDS },
            setOnce: first,
            add: { attempts: 1 },
          },
          {
            condition: wording ? `attribute_not_exists(runId) OR ${isDue}` : isDue,
            values: { ':now': nowSeconds(), ':max': MAX_ATTEMPTS },
          },
        ),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes as StoredMessage;
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
    return undefined;
  }
}

/** `isLate`: of a run that is closed, so that nobody else notes in its record that it was told. */
async function send(
  { runId, item, subject, message, attributes, attempts }: StoredMessage,
  isLate = false,
): Promise<boolean> {
  try {
    await notify(subject, [message].flat(), attributes);
  } catch (error) {
    logger.warn('SNS did not take a notification', { runId, subject, attempts, reason: describeError(error) });
    const pause = PAUSES_SECONDS[attempts - 1];
    if (pause) await update(runId, item, { set: { nextAttemptAt: nowSeconds() + pause } });
    return false;
  }
  if (isLate && item === END) await updateRun(runId, { notifiedAt: nowSeconds() });
  await update(runId, item, { set: { toldAt: nowSeconds() }, remove: ['open'] });
  return true;
}

function close(runId: string, item: string): Promise<void> {
  return update(runId, item, { remove: ['open'] });
}

async function update(runId: string, item: string, change: Parameters<typeof changeOf>[0]): Promise<void> {
  await tables.send(new UpdateCommand({ TableName: RUNS_TABLE, Key: { runId, item }, ...changeOf(change) }));
}

async function read(runId: string, item: string): Promise<StoredMessage | undefined> {
  const { Item } = await tables.send(
    new GetCommand({ TableName: RUNS_TABLE, Key: { runId, item }, ConsistentRead: true }),
  );
  return Item as StoredMessage | undefined;
}
