import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { StateType } from './definition';
import type { Execution } from './execution';
import type { Json } from './payload';
import type { Scope } from './scope';
import { ExecutionOver, StatesError } from './states-error';
import { Variables } from './variables';

/** Events that the next event does not follow, in the histories that AWS records. */
const ASIDE = new Set<HistoryEventType>([
  'ExecutionStarted',
  'MapIterationSucceeded',
  'MapStateSucceeded',
  'ParallelStateSucceeded',
  'TaskStateAborted',
  'WaitStateAborted',
  'MapStateAborted',
  'ParallelStateAborted',
  'MapIterationAborted',
]);
const ABORTABLE = new Set<StateType>(['Task', 'Wait', 'Map', 'Parallel']);

interface MapItem {
  Index: number;
  Value: Json;
}

/** Where a redriven execution continues. */
export interface Position {
  name: string;
  input: Json;
}

/** One line of control in an execution: the execution itself, a branch of a Parallel state, an iteration of a Map state. */
export class Frame {
  previousEventId = 0;
  /** The state that it is in. */
  stateType?: StateType;
  /** The state that it came to last, with its input. */
  position?: Position;
  readonly variables: Variables;
  private readonly inner = new Set<Frame>();

  constructor(
    readonly execution: Execution,
    readonly scope: Scope,
    readonly parent?: Frame,
    readonly mapItem: MapItem | undefined = parent?.mapItem,
  ) {
    this.variables = new Variables(parent?.variables);
    if (parent) {
      this.previousEventId = parent.previousEventId;
      parent.inner.add(this);
    }
  }

  /** Adds an event to the execution's history and returns its id. At the limit, it ends the execution instead. */
  record(type: HistoryEventType, details?: object): number {
    const { execution } = this;
    if (this.scope.cancelled) throw new ExecutionOver();
    if (execution.historyLog.isFull) {
      execution.fail(
        new StatesError('States.Runtime', 'The execution reached the maximum number of history events (25000).'),
      );
      throw new ExecutionOver();
    }
    const id = execution.historyLog.append(type, this.previousEventId, details);
    if (!ASIDE.has(type)) this.previousEventId = id;
    return id;
  }

  /** Takes a finished frame out of its parent, which continues from there. */
  join(): void {
    if (!this.parent) return;
    this.parent.inner.delete(this);
    this.parent.previousEventId = Math.max(this.parent.previousEventId, this.previousEventId);
  }

  /** Stops the frame, because another branch or iteration has failed, and records what is cut off. */
  abort(): void {
    if (this.scope.cancelled) return;
    for (const frame of this.inner) frame.abort();
    this.recordCutOff();
    this.scope.cancel();
    this.parent?.inner.delete(this);
  }

  /** Records that the state that the frame is in does not come to its exit: it failed, or another branch did. */
  recordCutOff(): void {
    if (this.stateType && ABORTABLE.has(this.stateType)) {
      this.record(`${this.stateType}StateAborted` as HistoryEventType);
    }
  }
}
