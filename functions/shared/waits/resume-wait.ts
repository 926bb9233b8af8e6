import type { EventBridgeEvent } from 'aws-lambda';
import { task } from '../task';
import { waitKind } from './kinds/all';
import { checkWait, findWaitFor } from './waits';

/** The details of the events that the rules pass: each names the job, command or instance by another key. */
interface EventDetail {
  backupJobId?: string;
  copyJobId?: string;
  restoreJobId?: string;
  'command-id'?: string;
  'instance-id'?: string;
}

/**
 * Runs on AWS's events about jobs, commands and instances. An event is only a reason to look: the service's answer ends
 * the wait. So lost, late, repeated, reordered and foreign events change nothing but the delay.
 */
export const handler = task(async (event: EventBridgeEvent<string, EventDetail>): Promise<void> => {
  const { detail } = event;
  const resource =
    detail.backupJobId ?? detail.copyJobId ?? detail.restoreJobId ?? detail['command-id'] ?? detail['instance-id'];
  if (!resource) return;
  const wait = await findWaitFor(event.region, resource);
  if (wait?.due) await checkWait(waitKind(wait.kind), wait, [resource]);
});
