import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { describeError } from '../shared/task';
import { completeLifecycleAction, describeGroup, keepWaiting, setDesiredCapacity } from './group';
import { type EfsToEfsRun, GIVES_WAY_SECONDS, note } from './run';
import { noteEnd } from './watch-work';
import { sendStop } from './worker-command';

/** The 15 minutes that are left of the window, less one to tell. */
const STOP_SECONDS = 840;

/**
 * Releases the instance of a run that is ending: sets the desired capacity to 0, asks the worker to stop, and completes
 * the lifecycle action once the worker has uploaded its logs, or after 14 minutes. Does not describe the group. Safe to
 * repeat.
 */
export async function releaseInstance(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  let current = await stopWork(await tryNoteEnd(run));
  if (!current.releasedAt) {
    // Recorded before the attempt, which may crash the process every time: the lifecycle action below must still be
    // completed when the end of the window empties the group. isGroupEmpty looks at the group itself.
    current = await note(current, { releasedAt: nowSeconds() });
    await setDesiredCapacity(0);
  }
  if (!current.instance) return current;
  const { instanceId } = current.instance;
  await (hasOpenWork(current) ? keepWaiting(instanceId) : completeLifecycleAction(instanceId));
  return current;
}

/** Whether the group has no instance left. Completes what delays that: waiting lifecycle actions, a capacity above 0. Safe to repeat. */
export async function isGroupEmpty(run: EfsToEfsRun): Promise<boolean> {
  const { desiredCapacity, instances } = await describeGroup();
  for (const { instanceId, isHealthy, lifecycleState } of instances) {
    const isOurs = isHealthy && instanceId === run.instance?.instanceId;
    if (lifecycleState === 'Terminating:Wait' && !isOurs) await completeLifecycleAction(instanceId);
  }
  // The call was refused before, an operator set the capacity again, or the answer is older than the call.
  if (desiredCapacity > 0) await setDesiredCapacity(0);
  return desiredCapacity === 0 && instances.length === 0;
}

/** Asks the worker to stop. At once, not when the instance is being terminated: EC2 ends a Spot Instance two minutes after its warning. */
export async function stopWork(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  if (!run.instance || run.stopSentAt || !hasOpenWork(run)) return run;
  try {
    await sendStop(run, run.instance.instanceId);
    return await note(run, { stopSentAt: nowSeconds() });
  } catch (error) {
    // The next invocation tries again, until the grace period is over.
    logger.warn('Could not ask the worker to stop', { runId: run.runId, reason: describeError(error) });
    return run;
  }
}

/** True while the worker may still be running and its grace period lasts. */
export function hasOpenWork(run: EfsToEfsRun): boolean {
  const { commandId, commandIntendedAt, commandEnd, workerReport, ending } = run;
  const isSent = commandId || commandIntendedAt;
  const graceSeconds = ending?.heir ? GIVES_WAY_SECONDS : STOP_SECONDS;
  return Boolean(isSent && !commandEnd && !workerReport && (!ending || nowSeconds() < ending.at + graceSeconds));
}

/** Reads how the command ended where the worker did not report it. A failure here delays nothing. */
async function tryNoteEnd(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  if (run.workerReport) return run;
  try {
    return await noteEnd(run);
  } catch (error) {
    logger.warn('Could not read how the command ended', { runId: run.runId, reason: describeError(error) });
    return run;
  }
}
