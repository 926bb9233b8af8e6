import type { State } from './definition';
import { ExpressionFailure, evaluateTemplate } from './expressions';
import type { Frame } from './frame';
import { addedFunctions } from './functions';
import type { Json, JsonObject } from './payload';
import { StatesError } from './states-error';

/** What the fields of a state may read besides its input: the result once there is one, or the error in a Catcher. */
export interface Extra {
  result?: Json;
  errorOutput?: Json;
}

/** One stay of a frame in a state, over all its retries. */
export class Visit {
  retryCount = 0;
  taskToken?: string;
  private readonly enteredTime: string;

  constructor(
    readonly frame: Frame,
    readonly name: string,
    readonly state: State,
    readonly input: Json,
    /** The id of the event `...StateEntered`. */
    private readonly enteredEventId: number,
  ) {
    this.enteredTime = frame.execution.clock.date.toISOString();
  }

  /**
   * Evaluates a field of the state. Throws `States.QueryEvaluationError`; `context` stands in for `Map.Item` where an
   * ItemSelector is evaluated.
   */
  async evaluate(field: string, template: Json, extra: Extra = {}, mapItem = this.frame.mapItem): Promise<Json> {
    const { frame } = this;
    const bindings = {
      ...addedFunctions(frame.execution.random),
      ...frame.variables.readable(),
      states: { input: this.input, context: this.context(mapItem), ...extra },
    };
    try {
      return await frame.scope.settle(evaluateTemplate(template, field, bindings));
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      throw this.evaluationError(error.message, error.field);
    }
  }

  /** Evaluates a field that must be a number, e.g. `TimeoutSeconds`; undefined when the state has no such field. */
  async evaluateNumber(field: string, template: Json | undefined, minimum: number): Promise<number | undefined> {
    if (template === undefined) return undefined;
    const value = await this.evaluate(field, template);
    if (typeof value === 'number' && Number.isInteger(value) && value >= minimum) return value;
    throw this.evaluationError(
      `The field '${field}' must be an integer of at least ${minimum} but was: ${value}`,
      field,
    );
  }

  /** The error of a value that the state cannot work with. */
  runtimeError(message: string): StatesError {
    return new StatesError('States.Runtime', this.causeOf(message));
  }

  private causeOf(message: string): string {
    return `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enteredEventId}). ${message}`;
  }

  /** Records that a field of the state could not be evaluated; returns the error to throw. */
  evaluationError(message: string, location?: string): StatesError {
    const cause = this.causeOf(message);
    this.frame.record('EvaluationFailed', {
      error: 'States.QueryEvaluationError',
      cause,
      ...(location === undefined ? {} : { location }),
      state: this.name,
    });
    return new StatesError('States.QueryEvaluationError', cause);
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
  private context(mapItem: Frame['mapItem']): JsonObject {
    return {
      ...this.frame.execution.context,
      // Recorded on AWS: where nothing can be retried, there is no count of retries.
      State: {
        EnteredTime: this.enteredTime,
        Name: this.name,
        ...(this.state.Type === 'Pass' ? {} : { RetryCount: this.retryCount }),
      },
      ...(this.taskToken === undefined ? {} : { Task: { Token: this.taskToken } }),
      ...(mapItem ? { Map: { Item: { Index: mapItem.Index, Value: mapItem.Value } } } : {}),
    };
  }
}
