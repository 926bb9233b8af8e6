import type { StateGraph, StateType } from './definition';
import type { Frame, Position } from './frame';
import type { Outcome } from './outcome';
import { type Json, payloadText } from './payload';
import { runChoice } from './states/choice';
import { runFail } from './states/fail';
import { runMap } from './states/map';
import { runParallel } from './states/parallel';
import { runPass } from './states/pass';
import { runSucceed } from './states/succeed';
import { runTask } from './states/task';
import { runWait } from './states/wait';
import { StatesError } from './states-error';
import { Visit } from './visit';

/** What runs a state, by its type. */
export const RUNNERS: Record<StateType, (visit: Visit) => Promise<Outcome>> = {
  Task: runTask,
  Pass: runPass,
  Choice: runChoice,
  Wait: runWait,
  Succeed: runSucceed,
  Fail: runFail,
  Map: runMap,
  Parallel: runParallel,
};

/** Runs states from `from`, usually `StartAt`, until one ends the graph; returns its output. Throws the StatesError that none caught. */
export async function runStates(
  frame: Frame,
  graph: StateGraph,
  input: Json,
  from: Position = { name: graph.StartAt, input },
): Promise<Json> {
  let { name, input: data } = from;
  for (;;) {
    const state = graph.States[name];
    if (!state) throw new StatesError('States.Runtime', `The state '${name}' does not exist.`);
    frame.position = { name, input: data };
    const text = payloadText(data, name);
    const enteredEventId = frame.record(`${state.Type}StateEntered`, {
      name,
      input: text,
      inputDetails: { truncated: false },
    });
    frame.stateType = state.Type;
    frame.execution.stateTransitions += 1;
    const { output, next, assign } = await RUNNERS[state.Type](new Visit(frame, name, state, data, enteredEventId));
    frame.variables.assign(assign);
    frame.stateType = undefined;
    // A Fail state has thrown; what is left has an exit.
    frame.record(`${state.Type as Exclude<StateType, 'Fail'>}StateExited`, {
      name,
      output: JSON.stringify(output),
      outputDetails: { truncated: false },
      ...(Object.keys(assign).length ? assignedDetails(assign) : {}),
    });
    if (next === undefined) return output;
    name = next;
    data = output;
  }
}

function assignedDetails(assign: Outcome['assign']): object {
  const assignedVariables = Object.fromEntries(
    Object.entries(assign).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  return { assignedVariables, assignedVariablesDetails: { truncated: false } };
}
