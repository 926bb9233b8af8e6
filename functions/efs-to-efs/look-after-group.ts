import type { Context, EventBridgeEvent } from 'aws-lambda';
import { findLockHolder } from '../shared/runs/locks';
import { completeLifecycleAction } from './group';
import { lockOf } from './lock';
import { lookAfter } from './look-after';
import { getEfsToEfsRun } from './run';
import { hasOpenWork } from './wind-down';

const LEAVING = 'EC2 Instance-terminate Lifecycle Action';

/**
 * Something happened to the group's instances (in service, waiting to be terminated, gone): looks after the run whose
 * the group is. An instance that waits to be terminated and has no work may go at once, whoever's it was. Safe to repeat.
 */
export async function lookAfterGroup(
  event: EventBridgeEvent<string, { EC2InstanceId?: string }>,
  context: Context,
): Promise<void> {
  const runId = await findLockHolder(lockOf());
  const run = runId ? await getEfsToEfsRun(runId) : undefined;
  const instanceId = event['detail-type'] === LEAVING ? event.detail.EC2InstanceId : undefined;
  const isWorking = run?.instance?.instanceId === instanceId && run && hasOpenWork(run);
  if (instanceId && !isWorking) await completeLifecycleAction(instanceId);
  if (run) await lookAfter(run.runId, context.invokedFunctionArn);
}
