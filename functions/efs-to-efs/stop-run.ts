import type { Context } from 'aws-lambda';
import { nowSeconds } from '../shared/clock';
import { InvalidInputError } from '../shared/errors';
import { readStop } from './input';
import { lookAfter } from './look-after';
import { getEfsToEfsRun, noteFirst } from './run';
import { removeStopRule } from './stop-rule';

/** A rule may fire a moment early, and one that fires much earlier is not meant. */
const EARLY_SECONDS = 60;

/**
 * Stops a run: the rule of its window, or an operator. The copy stops cleanly and the next run goes on from there. A
 * rule whose run is over is removed. Safe to repeat.
 */
export async function stopRun(event: object, context: Context): Promise<{ runId: string; status: string }> {
  const { backupId: runId, isWindowEnd } = readStop(event);
  const run = await getEfsToEfsRun(runId);
  if (!run?.open) {
    if (!isWindowEnd) throw new InvalidInputError([`backupId: there is no run ${runId} that is going on`]);
    await removeStopRule(runId);
    return { runId, status: 'NOT_RUNNING' };
  }
  if (isWindowEnd && nowSeconds() < (run.stopAt ?? Number.POSITIVE_INFINITY) - EARLY_SECONDS)
    return { runId, status: 'TOO_EARLY' };
  const ending = isWindowEnd
    ? { cause: 'WindowEnded', message: 'The window has come to its end.' }
    : { cause: 'StoppedByOperator', message: 'An operator stopped the run.' };
  if (!isWindowEnd) await noteFirst(runId, 'stopAskedAt', nowSeconds());
  await noteFirst(runId, 'ending', { ...ending, at: nowSeconds() });
  await lookAfter(runId, context.invokedFunctionArn);
  return { runId, status: 'STOPPING' };
}
