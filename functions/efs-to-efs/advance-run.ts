import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { describeError } from '../shared/task';
import { beginRun } from './begin-run';
import { conclude } from './conclude';
import { describeGroup } from './group';
import { isHandingOver, leaveInstance } from './hand-over';
import { launchWorker } from './launch-worker';
import { planRun } from './plan-run';
import { isGroupEmpty, releaseInstance } from './release-instance';
import { type EfsToEfsRun, end, note, PATIENCE_SECONDS, releaseLease, takeLease } from './run';
import { watchRecord } from './watch-record';
import { watchWork } from './watch-work';

/**
 * Reads a run's record and its group, and takes the steps that are due. The events only cause the call and decide
 * nothing: a lost event costs a minute, a repeated one costs a look. Safe to repeat and to run twice at once: one
 * invocation at a time holds the run's lease.
 */
export async function advanceRun(runId: string, functionArn: string): Promise<void> {
  const run = await takeLease(runId);
  if (!run) return;
  let left: EfsToEfsRun;
  try {
    left = isHopeless(run) && !run.DryRun ? await giveUp(run) : await step(run, functionArn);
    await releaseLease(left);
  } catch (error) {
    logger.error('Could not advance the run', { runId, reason: describeError(error) });
    await releaseLease(await note(run, { lastProblem: describeError(error) }));
    throw error;
  }
  if (left.continuedBy) await advanceRun(left.continuedBy, functionArn);
  const other = otherOf(left);
  if (other) await hurry(other, functionArn);
}

async function step(run: EfsToEfsRun, functionArn: string): Promise<EfsToEfsRun> {
  if (run.DryRun) return planRun(run);
  let current = run;
  if (!current.claimedAt && !current.ending) current = await begin(current, functionArn);
  // Without its claim, the group belongs to another run.
  if (!current.claimedAt || current.groupLeftAt) return current.ending ? conclude(current) : current;
  current = await watchRecord(current);
  if (!current.ending) current = await watchGroup(current);
  if (!current.ending) return current;
  if (isHandingOver(current)) {
    const { left, isFree } = await leaveInstance(current);
    return isFree ? conclude(left) : left;
  }
  // Before the group is described: this step does not depend on the answer.
  current = await releaseInstance(current);
  return (await isGroupEmpty(current)) ? conclude(current) : current;
}

/** Of a comparison and the run that it gives way to, the one that has its turn now. */
function otherOf({ ending, groupLeftAt, claimedAt, waitsFor }: EfsToEfsRun): string | undefined {
  if (ending) return groupLeftAt ? ending.heir : undefined;
  return claimedAt ? undefined : waitsFor;
}

/** Advances another run without waiting for the next minute, which comes if this fails. */
async function hurry(runId: string, functionArn: string): Promise<void> {
  try {
    await advanceRun(runId, functionArn);
  } catch (error) {
    logger.warn('Another run could not be advanced yet', { runId, reason: describeError(error) });
  }
}

async function watchGroup(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const group = await describeGroup();
  return run.commandId ? watchWork(run, group) : launchWorker(run, group);
}

async function begin(run: EfsToEfsRun, functionArn: string): Promise<EfsToEfsRun> {
  if (nowSeconds() < beginsUntil(run)) return beginRun(run, functionArn);
  return end(
    run,
    'StartFailed',
    `The run could not be started: ${run.lastProblem ?? 'no invocation reached it in time'}`,
  );
}

/** A comparison waits for the worker as long as its window lasts. */
function beginsUntil({ settings, startedAt, waitsFor }: EfsToEfsRun): number {
  if (settings?.action === 'compare') return startedAt + settings.windowMinutes * 60;
  return startedAt + (waitsFor ? PATIENCE_SECONDS.giveWay : PATIENCE_SECONDS.begin);
}

/** `givenUpAt` is recorded before the attempt, which may crash the process. */
async function giveUp(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const mayUndo = run.givenUpAt === undefined;
  return conclude(await note(run, { givenUpAt: run.givenUpAt ?? nowSeconds() }), { isGivenUp: true, mayUndo });
}

function isHopeless(run: EfsToEfsRun): boolean {
  const { ending, windowEndsAt, claimedAt } = run;
  const since = ending?.at ?? (claimedAt ? windowEndsAt : undefined) ?? beginsUntil(run);
  return nowSeconds() > since + PATIENCE_SECONDS.conclude;
}
