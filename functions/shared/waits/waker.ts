import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { queues } from '../clients/sqs';
import { nowSeconds } from '../clock';
import { requireEnv } from '../config';
import { logger } from '../logger';
import { describeError } from '../task';
import type { Scope } from './partitions';

/** The reconciler's schedule: it looks at what is due at each full five minutes, woken or not. */
const TICK_SECONDS = 300;
/** The longest delay of a message (API_SendMessage). */
const LONGEST_DELAY_SECONDS = 900;
/** The schedule may be late by less than a minute: that is little for waits that are looked at this seldom. */
const SELDOM_SECONDS = 60;
/** Step Functions did not answer an end, after the SDK's own attempts. */
const SOON_SECONDS = 15;
/** Waits that begin within this time share their first look. */
const JOIN_SECONDS = 2;

const WAKE_QUEUE_URL = requireEnv('WAKE_QUEUE_URL');
/** The times for which this container has sent a message. One message wakes the reconciler for all waits due by then. */
const sent: Record<Scope, Map<number, Promise<boolean>>> = { common: new Map(), shards: new Map() };

/**
 * When a wait is looked at next, at the latest so many seconds from now. The times are round ones, so that many waits share
 * a message: each fifth second, each thirtieth, or each fifth minute, at which the reconciler comes anyway.
 */
export function nextLook(delaySeconds: number): number {
  const now = nowSeconds();
  if (delaySeconds >= TICK_SECONDS) return (Math.floor(now / TICK_SECONDS) + 1) * TICK_SECONDS;
  const grid = delaySeconds >= SELDOM_SECONDS ? 30 : 5;
  return Math.max(now + 1, Math.floor((now + delaySeconds) / grid) * grid);
}

/** Each second second, for first looks that waits share. */
export function nextJoinedLook(): number {
  return (Math.floor(nowSeconds() / JOIN_SECONDS) + 1) * JOIN_SECONDS;
}

/**
 * Sends the message that wakes the reconciler at a time. A message is not needed twice, and wakes at no time that a wait
 * does not have: the reconciler looks at what is due, so one that comes late, twice or in vain changes nothing.
 * Never throws: for a message that is lost the schedule stands in, within five minutes. False if it could not be sent.
 */
export async function wakeAt(at: number, scope: Scope): Promise<boolean> {
  const delaySeconds = at - nowSeconds();
  if (at % TICK_SECONDS === 0 && delaySeconds >= SELDOM_SECONDS) return true;
  const known = sent[scope];
  for (const time of known.keys()) if (time < nowSeconds()) known.delete(time);
  const sending = known.get(at) ?? send(at, scope, Math.min(LONGEST_DELAY_SECONDS, Math.max(0, delaySeconds)));
  known.set(at, sending);
  const isSent = await sending;
  if (!isSent) known.delete(at);
  return isSent;
}

/** Wakes the reconciler soon, for a wait that is due and could not be ended. */
export function wakeSoon(scope: Scope): Promise<boolean> {
  return wakeAt(nextLook(SOON_SECONDS), scope);
}

async function send(at: number, scope: Scope, DelaySeconds: number): Promise<boolean> {
  try {
    const MessageBody = JSON.stringify({ at, ...(scope === 'shards' && { scope }) });
    await queues.send(new SendMessageCommand({ QueueUrl: WAKE_QUEUE_URL, MessageBody, DelaySeconds }));
    return true;
  } catch (error) {
    logger.warn('Could not send what wakes the reconciler', { at, reason: describeError(error) });
    return false;
  }
}
