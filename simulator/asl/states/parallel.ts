import { runConcurrently } from '../branches';
import { withErrorHandling } from '../error-handling';
import { Frame } from '../frame';
import { concludeWithResult, type Outcome } from '../outcome';
import { type Json, payloadText } from '../payload';
import { runStates } from '../run-states';
import { StatesError } from '../states-error';
import type { Visit } from '../visit';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html */
export function runParallel(visit: Visit): Promise<Outcome> {
  return withErrorHandling(
    visit,
    () => runBranches(visit),
    () => visit.frame.record('ParallelStateFailed'),
  );
}

async function runBranches(visit: Visit): Promise<Outcome> {
  const { frame, state } = visit;
  const branches = state.Branches ?? [];
  const input = state.Arguments === undefined ? visit.input : await visit.evaluate('Arguments', state.Arguments);
  payloadText(input, visit.name);
  frame.record('ParallelStateStarted');
  const frames = new Set<Frame>();
  const result: Json[] = await runConcurrently(branches, branches.length, {
    run: async (branch) => {
      const inner = new Frame(frame.execution, frame.scope.child(), frame);
      frames.add(inner);
      try {
        return await runStates(inner, branch, input);
      } catch (error) {
        if (error instanceof StatesError) inner.recordCutOff();
        throw error;
      } finally {
        frames.delete(inner);
        inner.join();
        inner.scope.cancel();
      }
    },
    stop: () => {
      for (const inner of frames) inner.abort();
    },
  });
  frame.record('ParallelStateSucceeded');
  return concludeWithResult(visit, result);
}
