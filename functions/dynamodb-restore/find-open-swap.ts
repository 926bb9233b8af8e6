import { task } from '../shared/task';
import { getSwapRun } from './swap-run';

interface Output {
  /** `nothing` before anything was begun, `before` the deletion, `after` it: then the name has to be filled again. */
  phase: 'nothing' | 'before' | 'after';
}

/** Finds how far a run had come when its execution ended, for the undo. Reads only. */
export const handler = task(async ({ runId }: { runId: string }): Promise<Output> => {
  const run = await getSwapRun(runId);
  if (run.deletionIntendedAt) return { phase: 'after' };
  return { phase: run.duplicateIntendedAt ? 'before' : 'nothing' };
});
