import type { Context } from 'aws-lambda';
import { nowSeconds } from '../shared/clock';
import { InvalidInputError } from '../shared/errors';
import { advanceRun } from './advance-run';
import { readStop } from './input';
import { getEfsToEfsRun, recordOnce } from './run';
import { removeStopRule } from './stop-rule';

/** A rule may fire slightly early. Earlier than this, it is ignored. */
const EARLY_SECONDS = 60;

/**
 * Stops a run, for the rule of its window or an operator. The copy stops cleanly and the next run resumes it. A rule
 * whose run is over is removed. Safe to repeat.
 */
export async function stopRun(event: object, context: Context): Promise<{ runId: string; status: string }> {
  const { backupId: runId, isWindowEnd } = readStop(event);
  const run = await getEfsToEfsRun(runId);
  if (!run?.open) {
    if (!isWindowEnd) throw new InvalidInputError([`backupId: there is no open run ${runId}`]);
    await removeStopRule(runId);
    return { runId, status: 'NOT_RUNNING' };
  }
  if (isWindowEnd && nowSeconds() < (run.stopAt ?? Number.POSITIVE_INFINITY) - EARLY_SECONDS)
    return { runId, status: 'TOO_EARLY' };
  const ending = isWindowEnd
    ? { cause: 'WindowEnded', message: 'The window has come to its end.' }
    : { cause: 'StoppedByOperator', message: 'An operator stopped the run.' };
  if (!isWindowEnd) await recordOnce(runId, 'stopAskedAt', nowSeconds());
  await recordOnce(runId, 'ending', { ...ending, at: nowSeconds() });
  await advanceRun(runId, context.invokedFunctionArn);
  return { runId, status: 'STOPPING' };
}
