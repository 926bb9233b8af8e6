import { getRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import type { SwapRun } from './swap-run';

interface Output {
  /**
   * `nothing` before anything was begun, `before` the deletion, `after` it: then the name has to be filled again.
   * `verified`: what is under the name was seen to be right, only settings and duplicate are left.
   */
  phase: 'nothing' | 'before' | 'after' | 'verified';
}

/** Finds how far a run had come when its execution ended, for the undo. Reads only. */
export const handler = task(async ({ runId }: { runId: string }): Promise<Output> => {
  const run = await getRun<SwapRun>(runId);
  // A run that ended before it wrote a record has one without settings.
  if (!run?.settings) return { phase: 'nothing' };
  if (run.verifiedAs) return { phase: 'verified' };
  if (run.deletionIntendedAt || run.restoringFrom) return { phase: 'after' };
  return { phase: run.duplicateIntendedAt || run.adopted || run.recoveryTurnedOnAt ? 'before' : 'nothing' };
});
