import type { Definition, State, StateGraph } from '../../simulator/asl/definition';

/** How a state is drawn: `[" "]` and so on around its name. */
const SHAPES: Readonly<Record<string, [string, string]>> = {
  Choice: ['{"', '"}'],
  Succeed: ['(["', '"])'],
  Fail: ['(["', '"])'],
};
const RECTANGLE: [string, string] = ['["', '"]'];
/** A task that waits for a task token: minutes to days, where the others take seconds. */
const WAITING: [string, string] = ['[["', '"]]'];
const CLASSES = [
  'classDef good fill:#d3f9d8,stroke:#2b8a3e,color:#000',
  'classDef bad fill:#ffe3e3,stroke:#c92a2a,color:#000',
];

/**
 * Draws a state machine as a Mermaid flowchart. The happy path is drawn in full lines, top to bottom; the ways of errors
 * are dotted, without labels, and left out where they lead where the happy path leads anyway.
 */
export function drawStateMachine(definition: Definition): string {
  const ids = new Map<State, string>();
  numberStates(definition, ids);
  return ['flowchart TD', ...indent([...drawGraph(definition, ids), ...CLASSES])].join('\n');
}

function numberStates(graph: StateGraph, ids: Map<State, string>): void {
  for (const state of Object.values(graph.States)) {
    ids.set(state, `s${ids.size + 1}`);
    for (const inner of graphsIn(state)) numberStates(inner, ids);
  }
}

function graphsIn(state: State): StateGraph[] {
  return [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
}

function drawGraph(graph: StateGraph, ids: Map<State, string>): string[] {
  const states = Object.entries(graph.States);
  const idOf = (name: string) => ids.get(graph.States[name] as State);
  return [
    ...states.flatMap(([name, state]) => drawState(name, state, ids)),
    ...states.flatMap(([, state]) => waysOf(state).map(({ to, label }) => drawWay(ids.get(state), idOf(to), label))),
    ...errorWays(graph).map(({ from, to }) => `${from.map(idOf).join(' & ')} -.-> ${idOf(to)}`),
  ];
}

function drawState(name: string, state: State, ids: Map<State, string>): string[] {
  const id = ids.get(state);
  const inner = graphsIn(state);
  if (inner.length > 0) {
    const title = state.Type === 'Map' ? `${name}, for each item` : name;
    return [`subgraph ${id}["${quote(title)}"]`, ...indent(inner.flatMap((graph) => drawGraph(graph, ids))), 'end'];
  }
  const isWaiting = state.Resource?.endsWith('.waitForTaskToken');
  const [open, close] = isWaiting ? WAITING : (SHAPES[state.Type] ?? RECTANGLE);
  const colour = { Succeed: ':::good', Fail: ':::bad' }[state.Type as string] ?? '';
  return [`${id}${open}${quote(name)}${close}${colour}`];
}

interface Way {
  to: string;
  label?: string;
}

function waysOf(state: State): Way[] {
  const choices = state.Choices ?? [];
  const isYesOrNo = choices.length === 1;
  return [
    ...(state.Next ? [{ to: state.Next }] : []),
    ...choices.map(({ Next, Condition }) => ({
      to: Next,
      label: isYesOrNo ? 'yes' : describeCondition(String(Condition)),
    })),
    ...(state.Default ? [{ to: state.Default, label: isYesOrNo ? 'no' : 'else' }] : []),
  ];
}

/** `{% $states.input.mode = 'backup' %}` → `mode = 'backup'`. */
function describeCondition(condition: string): string {
  return condition.replace(/^\{%\s*|\s*%\}$/g, '').replaceAll('$states.input.', '');
}

function drawWay(from: string | undefined, to: string | undefined, label: string | undefined): string {
  return label ? `${from} -->|"${quote(label)}"| ${to}` : `${from} --> ${to}`;
}

/** The ways of errors, those to the same state together. */
function errorWays(graph: StateGraph): { from: string[]; to: string }[] {
  const sources = new Map<string, string[]>();
  for (const [name, state] of Object.entries(graph.States)) {
    for (const to of new Set((state.Catch ?? []).map(({ Next }) => Next))) {
      if (to !== state.Next) sources.set(to, [...(sources.get(to) ?? []), name]);
    }
  }
  return [...sources].map(([to, from]) => ({ from, to }));
}

function quote(text: string): string {
  return text.replaceAll('"', '#quot;');
}

function indent(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
