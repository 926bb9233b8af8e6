import type { Context, EventBridgeEvent } from 'aws-lambda';
import { findLockHolder } from '../shared/runs/locks';
import { advanceRun } from './advance-run';
import { completeLifecycleAction } from './group';
import { lockOf } from './lock';
import { hasOpenWork } from './release-instance';
import { getEfsToEfsRun } from './run';

const LEAVING = 'EC2 Instance-terminate Lifecycle Action';

/**
 * On an event of the group's instances (in service, waiting to be terminated, gone): advances the run that holds the
 * group. Completes the lifecycle action of an instance that waits for its termination and has no work. Safe to repeat.
 */
export async function advanceGroupRun(
  event: EventBridgeEvent<string, { EC2InstanceId?: string }>,
  context: Context,
): Promise<void> {
  const runId = await findLockHolder(lockOf());
  const run = runId ? await getEfsToEfsRun(runId) : undefined;
  const instanceId = event['detail-type'] === LEAVING ? event.detail.EC2InstanceId : undefined;
  const isWorking = run?.instance?.instanceId === instanceId && run && hasOpenWork(run);
  if (instanceId && !isWorking) await completeLifecycleAction(instanceId);
  if (run) await advanceRun(run.runId, context.invokedFunctionArn);
}
