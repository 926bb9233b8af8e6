import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { describeError } from '../shared/task';
import { beginRun } from './begin-run';
import { conclude } from './conclude';
import { describeGroup } from './group';
import { launchWorker } from './launch-worker';
import { type EfsToEfsRun, end, note, releaseLease, takeLease } from './run';
import { watchRecord } from './watch-record';
import { watchWork } from './watch-work';
import { isDown, sendHome } from './wind-down';

/** For a run that could not be claimed, and for one whose window or end is long over. */
const PATIENCE_SECONDS = { begin: 300, conclude: 3600 };

/**
 * Looks at a run and at the world, and takes the steps that are due. What brings a run forward is that somebody looks,
 * not what they heard: an event that is lost costs a minute, one too many costs a look. Safe to repeat and to run twice
 * at once: one invocation at a time holds the run's lease.
 */
export async function lookAfter(runId: string, functionArn: string): Promise<void> {
  const run = await takeLease(runId);
  if (!run) return;
  let left: EfsToEfsRun;
  try {
    left = isHopeless(run) ? await giveUp(run) : await step(run, functionArn);
    await releaseLease(left);
  } catch (error) {
    logger.error('Could not look after the run', { runId, reason: describeError(error) });
    await releaseLease(await note(run, { lastProblem: describeError(error) }));
    throw error;
  }
  if (left.continuedBy) await lookAfter(left.continuedBy, functionArn);
}

async function step(run: EfsToEfsRun, functionArn: string): Promise<EfsToEfsRun> {
  let current = run;
  if (!current.claimedAt && !current.ending) current = await begin(current, functionArn);
  // Without its claim, the group and everything else is another run's.
  if (!current.claimedAt || current.groupLeftAt) return current.ending ? conclude(current) : current;
  current = await watchRecord(current);
  if (!current.ending) current = await watchWorld(current);
  if (!current.ending) return current;
  // Before the group is described: what is due does not depend on the answer.
  current = await sendHome(current);
  return (await isDown(current)) ? conclude(current) : current;
}

async function watchWorld(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const group = await describeGroup();
  return run.commandId ? watchWork(run, group) : launchWorker(run, group);
}

async function begin(run: EfsToEfsRun, functionArn: string): Promise<EfsToEfsRun> {
  if (nowSeconds() < run.startedAt + PATIENCE_SECONDS.begin) return beginRun(run, functionArn);
  return end(run, 'StartFailed', `The run could not be started: ${run.lastProblem ?? 'nobody came to it in time'}`);
}

/** Not by what an attempt answers: one that kills its process answers nothing. */
async function giveUp(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const mayUndo = run.givenUpAt === undefined;
  return conclude(await note(run, { givenUpAt: run.givenUpAt ?? nowSeconds() }), { isGivenUp: true, mayUndo });
}

function isHopeless({ ending, windowEndsAt, startedAt, claimedAt }: EfsToEfsRun): boolean {
  const since = ending?.at ?? (claimedAt ? windowEndsAt : startedAt) ?? startedAt;
  return nowSeconds() > since + PATIENCE_SECONDS.conclude;
}
