import type { EventBridgeEvent } from 'aws-lambda';
import { task } from '../task';
import { waitKind } from './kinds/all';
import { checkWait, findWaitFor } from './waits';

/** What the rules let through: each names the job, command or instance in its own way (field-facts A2). */
interface EventDetail {
  backupJobId?: string;
  copyJobId?: string;
  restoreJobId?: string;
  'command-id'?: string;
  'instance-id'?: string;
}

/**
 * Runs on AWS's own events about jobs, commands and instances. An event is only a reason to look: what ends the wait is
 * the service's own answer, so lost, late, repeated, reordered and foreign events change nothing but the delay.
 */
export const handler = task(async (event: EventBridgeEvent<string, EventDetail>): Promise<void> => {
  const { detail } = event;
  const resource =
    detail.backupJobId ?? detail.copyJobId ?? detail.restoreJobId ?? detail['command-id'] ?? detail['instance-id'];
  if (!resource) return;
  const wait = await findWaitFor(event.region, resource);
  if (wait?.due) await checkWait(waitKind(wait.kind), wait, [resource]);
});
