import { finishRun } from '../shared/finish-run';
import { logger } from '../shared/logger';
import { describeError } from '../shared/task';
import { places } from './begin-run';
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
 * The last step of a run: measures again, removes the stop rule, and closes the record, which tells the operator and
 * gives the lock back. `isGivenUp`: what could not be undone for an hour is tried once more, if it may be, and named to
 * the operator. Safe to repeat: what is recorded first stays.
 */
export async function conclude(run: EfsToEfsRun, { isGivenUp = false, mayUndo = true } = {}): Promise<EfsToEfsRun> {
  const leftovers = isGivenUp ? await tryToUndo(run, mayUndo) : [];
  if (!isGivenUp) await removeStopRule(run.runId);
  const measured =
    run.claimedAt && !run.after && !isGivenUp ? await note(run, { after: await measure(...places(run)) }) : run;
  const { end, hasWarnings } = reportOf(measured, leftovers);
  if (end.outcome === 'SUCCEEDED') await noteSuccess(measured);
  await finishRun(measured, end, { hasWarnings, locks: [lockOf()], describe: describeReport });
  await sendUsageMetrics(measured, end.outcome);
  return measured;
}

async function tryToUndo(run: EfsToEfsRun, mayUndo: boolean): Promise<string[]> {
  const attempts: [leftover: string, undo: () => Promise<unknown>][] = [
    [`the rule ${ruleName(run.runId)}`, () => removeStopRule(run.runId)],
  ];
  // Without its claim, the group is another run's.
  if (run.claimedAt) attempts.push([`the desired capacity of the group ${GROUP_NAME}`, () => setDesiredCapacity(0)]);
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
