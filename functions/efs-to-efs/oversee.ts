import type { Context } from 'aws-lambda';
import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { findLockHolder } from '../shared/runs/locks';
import { openRuns } from '../shared/runs/runs';
import { describeError } from '../shared/task';
import { completeLifecycleAction, describeGroup, setDesiredCapacity } from './group';
import { lockOf } from './lock';
import { lookAfter } from './look-after';
import { checkMissedRun } from './missed-run';
import { type EfsToEfsRun, getEfsToEfsRun, lastSignAt, WORKFLOW } from './run';
import { removeStopRule } from './stop-rule';

/** A worker on an instance that lives says something every 30 seconds. */
const DEAD_AFTER_SECONDS = 300;

/**
 * Every minute: takes the steps that are due in every open run, so that no event has to be trusted, sends home what
 * belongs to no run, and looks whether a backup is missing. Safe to repeat and to run twice at once.
 */
export async function oversee(_event: object, { invokedFunctionArn }: Context): Promise<void> {
  const problems: unknown[] = [];
  const attempt = async <T>(task: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await task();
    } catch (error) {
      // One that fails must not keep the others from their turn.
      logger.error('Could not oversee', { reason: describeError(error) });
      problems.push(error);
      return undefined;
    }
  };
  const runIds = (await attempt(listedRuns)) ?? (await attempt(runOfLock)) ?? [];
  const tasks = [
    ...runIds.map((runId) => () => removeOverdueRule(runId)),
    sendStraysHome,
    checkMissedRun,
    ...runIds.map((runId) => () => lookAfter(runId, invokedFunctionArn)),
  ];
  // A process that dies of the first one every time must not keep the last one from its turn for ever.
  if (Math.floor(nowSeconds() / 60) % 2 === 1) tasks.reverse();
  for (const task of tasks) await attempt(task);
  // The alarm on errors hears of it.
  if (problems.length > 0) throw problems[0];
}

async function listedRuns(): Promise<string[]> {
  return (await openRuns()).filter(({ workflow }) => workflow === WORKFLOW).map(({ runId }) => runId);
}

/** The run that has the group, which needs no list to be found: nearly always the only one that is open. */
async function runOfLock(): Promise<string[]> {
  const holder = await findLockHolder(lockOf());
  return holder ? [holder] : [];
}

/** The stop rule of a run that is past its window; its record may be what keeps it from removing that itself. */
async function removeOverdueRule(runId: string): Promise<void> {
  const run = await getEfsToEfsRun(runId);
  if (run && isOverdue(run)) await removeStopRule(runId);
}

/**
 * An instance that came late, a capacity that somebody set by hand, or those of a run that is past its window and cannot
 * be brought to its end: they would only cost money. An instance that is dead may go, whoever's it was; one that EC2 has
 * given up may still be at work.
 */
async function sendStraysHome(): Promise<void> {
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
  logger.warn('The group is to have instances although nobody may use it', { group, holder });
  await setDesiredCapacity(0);
}

function isOverdue({ startedAt, settings, windowEndsAt }: EfsToEfsRun): boolean {
  return nowSeconds() > (windowEndsAt ?? startedAt + (settings?.windowMinutes ?? 0) * 60);
}
