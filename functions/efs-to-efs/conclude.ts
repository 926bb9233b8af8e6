import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { finishRun } from '../shared/runs/finish-run';
import { releaseLock } from '../shared/runs/locks';
import { describeError } from '../shared/task';
import { places } from './begin-run';
import { goOn } from './go-on';
import { setDesiredCapacity } from './group';
import { lockOf } from './lock';
import { measure } from './measurements';
import { noteSuccess } from './missed-run';
import { describeReport, reportOf } from './report';
import { type EfsToEfsRun, note } from './run';
import { GROUP_NAME } from './settings';
import { removeStopRule, ruleName } from './stop-rule';
import { sendUsageMetrics } from './usage-metrics';

/**
 * The last step of a run: removes the stop rule, measures again, gives the lock back, and closes the record, which tells
 * the operator. `isGivenUp`: what could not be undone for an hour is tried once more, if it may be, and named to the
 * operator. Safe to repeat: what is recorded first stays.
 */
export async function conclude(run: EfsToEfsRun, { isGivenUp = false, mayUndo = true } = {}): Promise<EfsToEfsRun> {
  const leftovers = isGivenUp ? await tryToUndo(run, mayUndo) : [];
  if (!isGivenUp) await removeStopRule(run.runId);
  let left = await leaveGroup(run, isGivenUp);
  if (!isGivenUp) left = await goOn(left);
  const { end, hasWarnings } = reportOf(left, leftovers);
  if (end.outcome === 'SUCCEEDED') await tryTo('note the success', () => noteSuccess(left), isGivenUp);
  await finishRun(left, end, { hasWarnings, locks: [], describe: describeReport });
  await sendUsageMetrics(left, end.outcome);
  return left;
}

/** Lets the next run begin, before anybody is told: who cannot be told must not hold it up. */
async function leaveGroup(run: EfsToEfsRun, isGivenUp: boolean): Promise<EfsToEfsRun> {
  let left = run;
  if (run.claimedAt && !run.groupLeftAt) {
    const after = isGivenUp ? run.after : await measure(...places(run));
    left = await note(run, { groupLeftAt: nowSeconds(), ...(after && { after }) });
  }
  // A lock that stays is void once its run is closed.
  await tryTo('give the lock back', () => releaseLock(lockOf(), run.runId));
  return left;
}

async function tryToUndo(run: EfsToEfsRun, mayUndo: boolean): Promise<string[]> {
  const attempts: [leftover: string, undo: () => Promise<unknown>][] = [
    [`the rule ${ruleName(run.runId)}`, () => removeStopRule(run.runId)],
  ];
  // Without its claim, the group is another run's.
  if (run.claimedAt && !run.groupLeftAt)
    attempts.push([`the desired capacity of the group ${GROUP_NAME}`, () => setDesiredCapacity(0)]);
  if (!mayUndo) return attempts.map(([leftover]) => leftover);
  const leftovers: string[] = [];
  for (const [leftover, undo] of attempts) {
    try {
      await undo();
    } catch (error) {
      logger.error('Could not undo', { runId: run.runId, leftover, reason: describeError(error) });
      leftovers.push(leftover);
    }
  }
  return leftovers;
}

async function tryTo(what: string, step: () => Promise<unknown>, mayFail = true): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!mayFail) throw error;
    logger.error(`Could not ${what}`, { reason: describeError(error) });
  }
}
