import { Random } from '../../simulator/random';

/** A step that a model can take. */
export interface Step<State> {
  /** Who does what. */
  name: string;
  to: State;
}

/** A small model: where it begins, what can happen next, and what must hold. States are plain JSON. */
export interface Model<State> {
  first: State;
  /** Every step that is possible in a state. `bug` names what the modelled code would do wrong. */
  stepsFrom(state: State, bug?: string): Step<State>[];
  /** What does not hold in a state. */
  broken(state: State, bug?: string): string | undefined;
  /** The bugs that the check has to find. */
  bugs: readonly string[];
}

interface Checked {
  /** Different states that were looked at. */
  states: number;
  /** The steps of a shortest way to a state in which something does not hold, and what. */
  counterexample?: string[];
}

/** Looks at every state that so many steps can lead to, the nearest first, until one breaks something. */
export function check<State>(model: Model<State>, depth: number, bug?: string): Checked {
  const seen = new Set([JSON.stringify(model.first)]);
  let front: { state: State; way: Way | undefined }[] = [{ state: model.first, way: undefined }];
  for (let step = 0; step < depth && front.length > 0; step += 1) {
    const next: typeof front = [];
    for (const { state, way } of front)
      for (const { name, to } of model.stepsFrom(state, bug)) {
        const key = JSON.stringify(to);
        if (seen.has(key)) continue;
        seen.add(key);
        const problem = model.broken(to, bug);
        const taken = { name, before: way };
        if (problem) return { states: seen.size, counterexample: [...namesOf(taken), problem] };
        next.push({ state: to, way: taken });
      }
    front = next;
  }
  return { states: seen.size };
}

interface Way {
  name: string;
  before: Way | undefined;
}

function namesOf(way: Way | undefined): string[] {
  return way ? [...namesOf(way.before), way.name] : [];
}

/** A random way through a model, of at most so many steps. It follows from the seed. */
export function traceOf<State>(model: Model<State>, seed: number, length: number): Step<State>[] {
  const random = new Random(seed);
  const trace: Step<State>[] = [];
  for (let state = model.first; trace.length < length; ) {
    const steps = model.stepsFrom(state);
    const step = steps[Math.floor(random.next() * steps.length)];
    if (!step) break;
    trace.push(step);
    state = step.to;
  }
  return trace;
}
