import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { finishRun } from '../shared/runs/finish-run';
import { releaseLock } from '../shared/runs/locks';
import { describeError } from '../shared/task';
import { places } from './begin-run';
import { continueBackup } from './continue-backup';
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
 * The last step of a run: removes the stop rule, measures again, releases the lock, and closes the record, which notifies
 * the operator. `isGivenUp`: what could not be undone for an hour is tried once more if `mayUndo`, and named in the
 * notification. Safe to repeat: what is recorded first stays.
 */
export async function conclude(run: EfsToEfsRun, { isGivenUp = false, mayUndo = true } = {}): Promise<EfsToEfsRun> {
  const leftovers = isGivenUp ? await tryToUndo(run, mayUndo) : [];
  if (!isGivenUp) await removeStopRule(run.runId);
  let left = await leaveGroup(run, isGivenUp);
  if (!isGivenUp) left = await continueBackup(left);
  const { end, hasWarnings } = reportOf(left, leftovers);
  if (end.outcome === 'SUCCEEDED') await tryTo('note the success', () => noteSuccess(left), isGivenUp);
  await finishRun(left, end, { hasWarnings, locks: [], describe: describeReport });
  await sendUsageMetrics(left, end.outcome);
  return left;
}

/** Releases the group before the notification, so that a failing notification does not block the next run. */
async function leaveGroup(run: EfsToEfsRun, isGivenUp: boolean): Promise<EfsToEfsRun> {
  let left = run;
  if (run.claimedAt && !run.groupLeftAt) {
    const after = isGivenUp ? run.after : await measure(...places(run));
    left = await note(run, { groupLeftAt: nowSeconds(), ...(after && { after }) });
  }
  // A lock that stays has no effect once its run is closed.
  await tryTo('release the lock', () => releaseLock(lockOf(), run.runId));
  return left;
}

async function tryToUndo(run: EfsToEfsRun, mayUndo: boolean): Promise<string[]> {
  const attempts: [leftover: string, undo: () => Promise<unknown>][] = [
    [`the rule ${ruleName(run.runId)}`, () => removeStopRule(run.runId)],
  ];
  // Without its claim, the group belongs to another run.
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
