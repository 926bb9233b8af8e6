import type { Check } from './project';
import { edgesOf, type Graph, graphsOf, type LocatedState } from './states';

/**
 * Every state is reached and leads to an end. What a catcher catches stays a failure: it is handed on, and on the
 * outermost level it ends in a Fail, unless a Choice finds that the outcome is good all the same.
 */
export const aslEndings: Check = (project) =>
  project.stateMachines.flatMap((machine) =>
    graphsOf(machine).flatMap((graph) =>
      graph.states.flatMap((located) =>
        [...problemsOfFlow(graph, located), ...problemsOfCatchers(graph, located), ...problemsOfFail(located)].map(
          (problem) => project.finding(machine.file, located.path, 'asl-endings', `'${located.name}' ${problem}`),
        ),
      ),
    ),
  );

function problemsOfFlow(graph: Graph, { name }: LocatedState): string[] {
  return [
    ...(reachedFrom(graph, graph.startAt).has(name) ? [] : ['is never reached']),
    ...(endsFrom(graph, name).length > 0 ? [] : ['leads to no end']),
  ];
}

function problemsOfCatchers(graph: Graph, { state }: LocatedState): string[] {
  return (state.Catch ?? []).flatMap((catcher) => {
    const handsOn = catcher.Output === undefined || JSON.stringify(catcher).includes('$states.errorOutput');
    const swallowed = handsOn ? [] : [`catches an error and does not hand it on to '${catcher.Next}'`];
    if (graph.parent) return swallowed;
    const ends = endsFrom(graph, catcher.Next, ({ Type }) => Type === 'Choice');
    const goodEnd = ends.find(({ state: { Type } }) => Type !== 'Fail');
    const canFail = endsFrom(graph, catcher.Next).some(({ state: { Type } }) => Type === 'Fail');
    return [
      ...swallowed,
      ...(goodEnd ? [`catches an error and succeeds in '${goodEnd.name}' without a Choice`] : []),
      ...(canFail ? [] : ['catches an error that no Fail can end']),
    ];
  });
}

function problemsOfFail({ state }: LocatedState): string[] {
  if (state.Type !== 'Fail') return [];
  return (['Error', 'Cause'] as const).filter((field) => !state[field]).map((field) => `fails without ${field}`);
}

/** The names of the states that may follow, the first one included; not beyond the states at which to stop. */
function reachedFrom(graph: Graph, first: string, stopAt?: (state: LocatedState['state']) => boolean): Set<string> {
  const byName = new Map(graph.states.map((located) => [located.name, located.state]));
  const reached = new Set([first]);
  // A set hands out what is added while it is walked through.
  for (const name of reached) {
    const state = byName.get(name);
    if (!state || stopAt?.(state)) continue;
    for (const { to, kind } of edgesOf(state)) if (!stopAt || kind !== 'catch') reached.add(to);
  }
  return reached;
}

function endsFrom(graph: Graph, first: string, stopAt?: (state: LocatedState['state']) => boolean): LocatedState[] {
  const reached = reachedFrom(graph, first, stopAt);
  return graph.states.filter(
    ({ name, state }) => reached.has(name) && (state.End || state.Type === 'Succeed' || state.Type === 'Fail'),
  );
}
