import { type Catcher, isDistributed, type State, type StateGraph } from '../../simulator/asl/definition';
import { isExpression } from '../../simulator/asl/expressions';
import type { Path, StateMachineFile } from './project';

/** The states of a state machine, of a map's processor or of a parallel branch, with their place in the file. */
export interface Graph {
  startAt: string;
  states: LocatedState[];
  /** The state that this graph is part of; none for the state machine itself. */
  parent?: LocatedState;
  /** False where the variables of the parent cannot be read: the executions of a distributed map. */
  seesParent: boolean;
}

export interface LocatedState {
  name: string;
  state: State;
  path: Path;
}

/** A way from one state to the next. */
interface Edge {
  to: string;
  kind: 'next' | 'choice' | 'default' | 'catch';
  /** The variables that are assigned on the way. */
  assigns: string[];
}

/** Every graph of a state machine, outer ones first. */
export function graphsOf({ definition }: StateMachineFile): Graph[] {
  return inner(definition, [], undefined, false);
}

/** Every state of a state machine. */
export function statesOf(machine: StateMachineFile): LocatedState[] {
  return graphsOf(machine).flatMap(({ states }) => states);
}

function inner(graph: StateGraph, path: Path, parent: LocatedState | undefined, seesParent: boolean): Graph[] {
  const states = Object.entries(graph.States).map(([name, state]) => ({
    name,
    state,
    path: [...path, 'States', name],
  }));
  const nested = states.flatMap((located) => {
    const { state } = located;
    const branches = (state.Branches ?? []).flatMap((branch, index) =>
      inner(branch, [...located.path, 'Branches', index], located, true),
    );
    if (!state.ItemProcessor) return branches;
    return inner(state.ItemProcessor, [...located.path, 'ItemProcessor'], located, !isDistributed(state));
  });
  return [{ startAt: graph.StartAt, states, parent, seesParent }, ...nested];
}

/** Where a state may lead. */
export function edgesOf(state: State): Edge[] {
  const assigns = ({ Assign }: Pick<Catcher, 'Assign'>) => Object.keys(Assign ?? {});
  return [
    ...(state.Next ? [{ to: state.Next, kind: 'next' as const, assigns: assigns(state) }] : []),
    ...(state.Choices ?? []).map((rule) => ({ to: rule.Next, kind: 'choice' as const, assigns: assigns(rule) })),
    ...(state.Default ? [{ to: state.Default, kind: 'default' as const, assigns: assigns(state) }] : []),
    ...(state.Catch ?? []).map((catcher) => ({ to: catcher.Next, kind: 'catch' as const, assigns: assigns(catcher) })),
  ];
}

/** True for a task that ends when its token is sent back. */
export function waitsForToken(state: State): boolean {
  return state.Resource?.endsWith('.waitForTaskToken') ?? false;
}

/** The expressions of a state's own fields; those of states inside it are their own. */
export function expressionsOf({ state, path }: LocatedState): { expression: string; path: Path }[] {
  const { Branches, ItemProcessor, ...own } = state;
  return expressionsIn(own, path);
}

function expressionsIn(value: unknown, path: Path): { expression: string; path: Path }[] {
  if (isExpression(value)) return [{ expression: value, path }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    expressionsIn(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
