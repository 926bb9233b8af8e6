import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { describeError } from '../shared/task';
import { completeLifecycleAction, describeGroup, keepWaiting, setDesiredCapacity } from './group';
import { type EfsToEfsRun, note } from './run';
import { noteEnd } from './watch-work';
import { sendStop } from './worker-command';

/** The 15 minutes that are left of the window, less one to tell. */
const STOP_SECONDS = 840;

/**
 * Sends the instance of a run that is ending home: no desired capacity, the worker is asked to stop, and the instance may
 * go once that has uploaded its logs, or after 14 minutes. Needs no look at the group. Safe to repeat.
 */
export async function sendHome(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  let current = await stopWork(await tryNoteEnd(run));
  if (!current.sentHomeAt) {
    // Noted first: a call that is refused, or kills the process, every time must not keep the instance from being let go
    // when the end of the window empties the group. What the group is at is seen in the end.
    current = await note(current, { sentHomeAt: nowSeconds() });
    await setDesiredCapacity(0);
  }
  if (!current.instance) return current;
  const { instanceId } = current.instance;
  await (hasOpenWork(current) ? keepWaiting(instanceId) : completeLifecycleAction(instanceId));
  return current;
}

/** Whether nothing is left of a run that was sent home; what holds it up is helped on. Safe to repeat. */
export async function isDown(run: EfsToEfsRun): Promise<boolean> {
  const { desiredCapacity, instances } = await describeGroup();
  for (const { instanceId, isHealthy, lifecycleState } of instances) {
    const isOurs = isHealthy && instanceId === run.instance?.instanceId;
    if (lifecycleState === 'Terminating:Wait' && !isOurs) await completeLifecycleAction(instanceId);
  }
  // It was refused before, somebody set it again, or the answer is older than what was set.
  if (desiredCapacity > 0) await setDesiredCapacity(0);
  return desiredCapacity === 0 && instances.length === 0;
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

/** Whether a worker may still be at it, and has a right to its time. */
export function hasOpenWork(run: EfsToEfsRun): boolean {
  const { commandId, commandIntendedAt, commandEnd, workerReport, ending } = run;
  const isSent = commandId || commandIntendedAt;
  return Boolean(isSent && !commandEnd && !workerReport && (!ending || nowSeconds() < ending.at + STOP_SECONDS));
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
