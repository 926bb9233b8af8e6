import jsonata from 'jsonata';
import { compile } from '../../simulator/asl/expressions';
import { freeVariables, type VariableUse } from './free-variables';
import type { Check, Finding, StateMachineFile } from './project';
import { edgesOf, expressionsOf, type Graph, graphsOf, type LocatedState } from './states';

/** https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html: what Step Functions adds to JSONata. */
const STEP_FUNCTIONS = ['partition', 'range', 'hash', 'parse'];
const FORBIDDEN: Record<string, string> = {
  now: 'a clock: executions must not depend on when they run',
  millis: 'a clock: executions must not depend on when they run',
  random: 'chance: a repeated execution must do the same',
  uuid: 'chance: a repeated execution must do the same',
  eval: 'not supported by Step Functions',
};
const STATES_FIELDS = ['input', 'result', 'errorOutput', 'context'];

/** Every variable that an expression reads is assigned on every way to its state, or is a function that exists. */
export const aslVariables: Check = async (project) => {
  const findings: Finding[] = [];
  for (const machine of project.stateMachines) {
    for (const { located, known } of statesWithVariables(machine)) {
      for (const { expression, path } of expressionsOf(located)) {
        for (const use of usesIn(expression)) {
          const problem = await problemOf(use, known);
          if (problem)
            findings.push(project.finding(machine.file, path, 'asl-variables', `'${located.name}': ${problem}`));
        }
      }
    }
  }
  return findings;
};

function usesIn(expression: string): VariableUse[] {
  try {
    return freeVariables(compile(expression).ast());
  } catch {
    // What cannot be parsed is a finding of another check.
    return [];
  }
}

async function problemOf({ name, field }: VariableUse, known: Set<string>): Promise<string | undefined> {
  if (name === 'states') {
    return field && STATES_FIELDS.includes(field) ? undefined : `$states has no field ${field ?? '(none is named)'}`;
  }
  if (FORBIDDEN[name]) return `$${name} is ${FORBIDDEN[name]}`;
  if (known.has(name) || STEP_FUNCTIONS.includes(name) || (await isBuiltIn(name))) return undefined;
  return `$${name} is not assigned on every way to this state`;
}

async function isBuiltIn(name: string): Promise<boolean> {
  return (await jsonata(`$${name}`).evaluate(null)) !== undefined;
}

/** Each state with the variables that are assigned by the time it is entered, whichever way leads there. */
function statesWithVariables(machine: StateMachineFile): { located: LocatedState; known: Set<string> }[] {
  const knownAt = new Map<LocatedState, Set<string>>();
  for (const graph of graphsOf(machine)) {
    const outer = (graph.seesParent && graph.parent && knownAt.get(graph.parent)) || new Set<string>();
    for (const [located, known] of assignedBefore(graph, outer)) knownAt.set(located, known);
  }
  return [...knownAt].map(([located, known]) => ({ located, known }));
}

function assignedBefore(graph: Graph, outer: Set<string>): Map<LocatedState, Set<string>> {
  const byName = new Map(graph.states.map((located) => [located.name, located]));
  const known = new Map<LocatedState, Set<string>>();
  const ways = [{ to: graph.startAt, variables: outer }];
  for (let way = ways.pop(); way; way = ways.pop()) {
    const located = byName.get(way.to);
    if (!located) continue;
    const before = known.get(located);
    const now = before ? new Set([...before].filter((name) => way.variables.has(name))) : way.variables;
    if (before?.size === now.size) continue;
    known.set(located, now);
    for (const { to, assigns } of edgesOf(located.state)) ways.push({ to, variables: new Set([...now, ...assigns]) });
  }
  return known;
}
