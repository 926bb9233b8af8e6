import type { Context } from 'aws-lambda';
import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { findLockHolder } from '../shared/runs/locks';
import { openRuns } from '../shared/runs/runs';
import { describeError } from '../shared/task';
import { advanceRun } from './advance-run';
import { completeLifecycleAction, describeGroup, setDesiredCapacity } from './group';
import { lockOf } from './lock';
import { checkMissedRun } from './missed-run';
import { type EfsToEfsRun, getEfsToEfsRun, lastSignAt, WORKFLOW } from './run';
import { removeStopRule } from './stop-rule';

/** A worker reports its progress every 30 seconds. */
const DEAD_AFTER_SECONDS = 300;

/**
 * Every minute: takes the steps that are due in every open run, so that a lost event costs a minute, releases instances
 * that belong to no run, and checks whether a backup is missing. Safe to repeat and to run twice at once.
 */
export async function oversee(_event: object, { invokedFunctionArn }: Context): Promise<void> {
  const problems: unknown[] = [];
  const attempt = async <T>(task: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await task();
    } catch (error) {
      // A failed task must not block the others.
      logger.error('Could not oversee', { reason: describeError(error) });
      problems.push(error);
      return undefined;
    }
  };
  const runIds = (await attempt(listedRuns)) ?? (await attempt(runOfLock)) ?? [];
  const tasks = [
    ...runIds.map((runId) => () => removeOverdueRule(runId)),
    releaseStrays,
    checkMissedRun,
    ...runIds.map((runId) => () => advanceRun(runId, invokedFunctionArn)),
  ];
  // Alternate the order: if the first task always crashes the process, the last would never run.
  if (Math.floor(nowSeconds() / 60) % 2 === 1) tasks.reverse();
  for (const task of tasks) await attempt(task);
  // The alarm on this function's errors needs one.
  if (problems.length > 0) throw problems[0];
}

async function listedRuns(): Promise<string[]> {
  return (await openRuns()).filter(({ workflow }) => workflow === WORKFLOW).map(({ runId }) => runId);
}

/** The run that holds the lock: nearly always the only one that is open. Needs no list of runs. */
async function runOfLock(): Promise<string[]> {
  const holder = await findLockHolder(lockOf());
  return holder ? [holder] : [];
}

/** Removes the stop rule of a run past its window. The run may be unable to, e.g. when its record cannot be written. */
async function removeOverdueRule(runId: string): Promise<void> {
  const run = await getEfsToEfsRun(runId);
  if (run && isOverdue(run)) await removeStopRule(runId);
}

/**
 * Releases instances that no run uses and that only cost money: an instance that came late, a capacity set by hand, those
 * of a run past its window that cannot be concluded. Completes the lifecycle action of an instance whose worker is silent.
 * An instance that EC2 calls unhealthy may still work.
 */
async function releaseStrays(): Promise<void> {
  const holder = await findLockHolder(lockOf());
  const run = holder ? await getEfsToEfsRun(holder) : undefined;
  const isInUse = run && !isOverdue(run);
  const isSilent = !run || nowSeconds() > lastSignAt(run) + DEAD_AFTER_SECONDS;
  const group = await describeGroup();
  for (const { instanceId, lifecycleState, isHealthy } of group.instances) {
    const mayStay = isInUse && (isHealthy || !isSilent);
    if (lifecycleState === 'Terminating:Wait' && !mayStay) await completeLifecycleAction(instanceId);
  }
  if (isInUse || group.desiredCapacity === 0) return;
  logger.warn('The group has a desired capacity although no run may use it', { group, holder });
  await setDesiredCapacity(0);
}

function isOverdue({ startedAt, settings, windowEndsAt }: EfsToEfsRun): boolean {
  return nowSeconds() > (windowEndsAt ?? startedAt + (settings?.windowMinutes ?? 0) * 60);
}
