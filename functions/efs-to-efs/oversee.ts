import type { Context } from 'aws-lambda';
import { findLockHolder } from '../shared/locks';
import { logger } from '../shared/logger';
import { openRuns } from '../shared/runs';
import { describeError } from '../shared/task';
import { completeLifecycleAction, describeGroup, setDesiredCapacity } from './group';
import { lockOf } from './lock';
import { lookAfter } from './look-after';
import { checkMissedRun } from './missed-run';
import { WORKFLOW } from './run';

/**
 * Every minute: takes the steps that are due in every open run, so that no event has to be trusted, sends home what
 * belongs to no run, and looks whether a backup is missing. Safe to repeat and to run twice at once.
 */
export async function oversee(_event: object, { invokedFunctionArn }: Context): Promise<void> {
  const open = (await openRuns()).filter(({ workflow }) => workflow === WORKFLOW);
  const tasks = [
    ...open.map(
      ({ runId }) =>
        () =>
          lookAfter(runId, invokedFunctionArn),
    ),
    ...(open.length === 0 ? [sendStraysHome] : []),
    checkMissedRun,
  ];
  const problems: unknown[] = [];
  for (const task of tasks) {
    try {
      await task();
    } catch (error) {
      // One that fails must not keep the others from their turn.
      logger.error('Could not oversee', { reason: describeError(error) });
      problems.push(error);
    }
  }
  // The alarm on errors hears of it.
  if (problems.length > 0) throw problems[0];
}

/** An instance that came late, or a capacity that somebody set by hand: without a run it would only cost money. */
async function sendStraysHome(): Promise<void> {
  const group = await describeGroup();
  if (group.desiredCapacity === 0 && group.instances.length === 0) return;
  // A run may have begun since.
  if (await findLockHolder(lockOf())) return;
  logger.warn('The group is not empty although no run is open', { group });
  if (group.desiredCapacity > 0) await setDesiredCapacity(0);
  for (const { instanceId, lifecycleState } of group.instances) {
    if (lifecycleState === 'Terminating:Wait') await completeLifecycleAction(instanceId);
  }
}
