import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { queues } from '../clients/sqs';
import { nowSeconds } from '../clock';
import { requireEnv } from '../config';
import { logger } from '../logger';
import { describeError } from '../task';
import type { Scope } from './partitions';

/** The reconciler's schedule: it looks at what is due at each full five minutes, woken or not. */
export const TICK_SECONDS = 300;
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
export function nextLook(delaySeconds: number, now = nowSeconds()): number {
  if (delaySeconds >= TICK_SECONDS) return nextVisit(now);
  const grid = delaySeconds >= SELDOM_SECONDS ? 30 : 5;
  return Math.max(now + 1, Math.floor((now + delaySeconds) / grid) * grid);
}

/** When the schedule comes next. */
export function nextVisit(now: number): number {
  return (Math.floor(now / TICK_SECONDS) + 1) * TICK_SECONDS;
}

/** True for a time at which the schedule comes. */
export function isVisit(at: number): boolean {
  return at % TICK_SECONDS === 0;
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
  const [message] = wakerAt(at, scope);
  if (!message) return true;
  const known = sent[scope];
  for (const time of known.keys()) if (time < nowSeconds()) known.delete(time);
  const sending = known.get(at) ?? sendTogether([message]);
  known.set(at, sending);
  const isSent = await sending;
  if (!isSent) known.delete(at);
  return isSent;
}

/** Wakes the reconciler soon, for a wait that is due and could not be ended. */
export function wakeSoon(scope: Scope): Promise<boolean> {
  return wakeAt(nextLook(SOON_SECONDS), scope);
}

/** A message for the reconciler: one that wakes it, or one that carries a look. */
export interface Message {
  at: number;
  body: object;
}

/** Sends a few messages in one request. Never throws: for what is lost the schedule stands in. False if none was sent. */
export async function sendTogether(messages: Message[]): Promise<boolean> {
  if (messages.length === 0) return true;
  const now = nowSeconds();
  const Entries = messages.map(({ at, body }, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify(body),
    DelaySeconds: Math.min(LONGEST_DELAY_SECONDS, Math.max(0, at - now)),
  }));
  try {
    const { Failed = [] } = await queues.send(new SendMessageBatchCommand({ QueueUrl: WAKE_QUEUE_URL, Entries }));
    if (Failed.length > 0) logger.warn('SQS did not take all messages', { failed: Failed });
    return true;
  } catch (error) {
    logger.warn('Could not send what looks at a wait', { reason: describeError(error) });
    return false;
  }
}

/** The message that wakes the reconciler for what is due then; none where its schedule comes soon enough. */
export function wakerAt(at: number, scope: Scope): Message[] {
  if (isVisit(at) && at - nowSeconds() >= SELDOM_SECONDS) return [];
  return [{ at, body: { at, ...(scope === 'shards' && { scope }) } }];
}
