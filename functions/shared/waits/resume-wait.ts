import type { EventBridgeEvent } from 'aws-lambda';
import { task } from '../task';
import { reasonToLook, waitKind } from './kinds/all';
import { checkForEvent, findWaitFor } from './waits';

/**
 * Runs on AWS's events about jobs, commands and instances; the kinds of waits say which. An event is only a reason to
 * look: the service's answer ends the wait. So lost, late, repeated, reordered and foreign events change nothing but the
 * delay.
 */
export const handler = task(async (event: EventBridgeEvent<string, Record<string, unknown>>): Promise<void> => {
  const reason = reasonToLook(event['detail-type'], event.detail);
  if (!reason) return;
  const wait = await findWaitFor(event.region, reason.resource, reason.kinds);
  if (wait?.due) await checkForEvent(waitKind(wait.kind), wait, [reason.resource]);
});
