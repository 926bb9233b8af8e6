import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { describeError } from '../shared/task';
import { completeLifecycleAction, type Group, type GroupInstance, keepWaiting, setDesiredCapacity } from './group';
import { type EfsToEfsRun, note } from './run';
import { noteEnd } from './watch-work';
import { sendStop } from './worker-command';

/** The 15 minutes that are left of the window, less one to tell. */
const STOP_SECONDS = 840;

/**
 * Brings the group back to nothing: no desired capacity, and an instance that is being terminated may go once its worker
 * has stopped and uploaded its logs, or after 14 minutes. `isDown` says that nothing is left. Safe to repeat.
 */
export async function windDown(run: EfsToEfsRun, group: Group): Promise<{ run: EfsToEfsRun; isDown: boolean }> {
  let current = run;
  // Once in any case: what the group is described as may be older than its desired capacity.
  if (group.desiredCapacity > 0 || !run.sentHomeAt) {
    current = await note(run, { sentHomeAt: nowSeconds() });
    await setDesiredCapacity(0);
  }
  current = await stopWork(await tryNoteEnd(current));
  for (const instance of group.instances) {
    if (instance.lifecycleState === 'Terminating:Wait') await release(current, instance);
  }
  return { run: current, isDown: group.desiredCapacity === 0 && group.instances.length === 0 };
}

async function release(run: EfsToEfsRun, { instanceId, isHealthy }: GroupInstance): Promise<void> {
  const isWorking = isHealthy && instanceId === run.instance?.instanceId && hasOpenWork(run);
  await (isWorking ? keepWaiting(instanceId) : completeLifecycleAction(instanceId));
}

/** At once, not when the instance is being terminated: a Spot Instance is gone two minutes after its warning. */
async function stopWork(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  if (!run.instance || run.stopSentAt || !hasOpenWork(run)) return run;
  try {
    await sendStop(run, run.instance.instanceId);
    return await note(run, { stopSentAt: nowSeconds() });
  } catch (error) {
    // The next look tries again, until the time for it is over.
    logger.warn('Could not ask the worker to stop', { runId: run.runId, reason: describeError(error) });
    return run;
  }
}

function hasOpenWork({ commandId, commandIntendedAt, commandEnd, workerReport, ending }: EfsToEfsRun): boolean {
  const isSent = commandId || commandIntendedAt;
  return Boolean(isSent && !commandEnd && !workerReport && nowSeconds() < (ending?.at ?? 0) + STOP_SECONDS);
}

/** How the command ended is good to know where the worker has not said it, and nothing to wait for. */
async function tryNoteEnd(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  if (run.workerReport) return run;
  try {
    return await noteEnd(run);
  } catch (error) {
    logger.warn('Could not read how the command ended', { runId: run.runId, reason: describeError(error) });
    return run;
  }
}
