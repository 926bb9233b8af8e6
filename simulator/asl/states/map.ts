import { runConcurrently } from '../branches';
import { isDistributed, type StateGraph } from '../definition';
import { withErrorHandling } from '../error-handling';
import { Frame } from '../frame';
import { concludeWithResult, type Outcome } from '../outcome';
import type { Json } from '../payload';
import { runStates } from '../run-states';
import { StatesError } from '../states-error';
import type { Visit } from '../visit';
import { runMapRun } from './distributed-map';
import { mapItems, selectItem } from './map-items';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
const INLINE_CONCURRENCY = 40;

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html */
export function runMap(visit: Visit): Promise<Outcome> {
  const attempt = async () => {
    const result = isDistributed(visit.state) ? await runMapRun(visit) : await runIterations(visit);
    visit.frame.record('MapStateSucceeded');
    return await concludeWithResult(visit, result);
  };
  return withErrorHandling(visit, attempt, ({ error }) => {
    // Recorded on AWS: a field that the state cannot work with ends the execution, with no event of the state.
    if (error !== 'States.Runtime') visit.frame.record('MapStateFailed');
  });
}

async function runIterations(visit: Visit): Promise<Json[]> {
  const { frame, name, state } = visit;
  const graph = state.ItemProcessor as StateGraph;
  const items = await mapItems(visit);
  const limit = (await visit.evaluateNumber('MaxConcurrency', state.MaxConcurrency, 0)) || INLINE_CONCURRENCY;
  frame.record('MapStateStarted', { length: items.length });
  const startedEventId = frame.previousEventId;
  const running = new Map<Frame, number>();
  // The next iteration of a lane follows, in the history, the one before it.
  const lastEventIds: number[] = [];
  return runConcurrently(items, Math.min(limit, INLINE_CONCURRENCY), {
    run: async (item, index, lane) => {
      const inner = new Frame(frame.execution, frame.scope.child(), frame, { Index: index, Value: item });
      inner.previousEventId = lastEventIds[lane] ?? startedEventId;
      running.set(inner, index);
      inner.record('MapIterationStarted', { name, index });
      try {
        const output = await runStates(inner, graph, await selectItem(visit, item, index));
        inner.record('MapIterationSucceeded', { name, index });
        return output;
      } catch (error) {
        if (error instanceof StatesError) {
          inner.record('MapIterationFailed', { name, index });
          inner.recordCutOff();
        }
        throw error;
      } finally {
        lastEventIds[lane] = inner.previousEventId;
        running.delete(inner);
        inner.join();
        inner.scope.cancel();
      }
    },
    stop: () => {
      for (const [inner, index] of running) {
        inner.abort();
        frame.execution.historyLog.isFull || frame.record('MapIterationAborted', { name, index });
      }
    },
  });
}
