import { drawDoubts, type PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { Random } from '../../simulator/random';
import { type CleanRun, randomFaults } from '../fault-matrix';
import { statesOf } from '../states';
import type { Stop } from '../stop';

/** What is chosen beyond a kind of run: keys of the input, how jobs of AWS end, what other people do. */
export type Choices = Readonly<Record<string, string | number | boolean>>;

/** Everything that a random run follows from, as JSON: it can be kept, made smaller and run again. */
export interface Situation {
  workflow: string;
  /** The name of one of the workflow's kinds of run. */
  kind: string;
  /** Of the account's chance. */
  seed: number;
  choices: Choices;
  faults: Fault[];
  /** The rest behaves in its worst way. */
  doubts: PinnedDoubts;
  /** A person who stops the execution. */
  stop?: Stop;
}

/** One of several, by the chance of the situation. */
type Pick = <T>(list: readonly T[]) => T;

/** One kind of run: an account, what is started in it, and what must hold when it is over. */
export interface Kind {
  workflow: string;
  name: string;
  /** The calls and events of a run in which nothing goes wrong: what can go wrong is drawn from them. */
  clean(): Promise<CleanRun>;
  choose(pick: Pick): Choices;
  /** Faults that no promise is made for. */
  isExcepted?(fault: Fault): boolean;
  /** Runs it to its end; returns what does not hold that must. */
  brokenBy(situation: Situation): Promise<string[]>;
}

const cleanRuns = new WeakMap<Kind, Promise<CleanRun>>();

/** The situation of a seed. The workflows take turns, so that each gets its share of any number of seeds. */
export async function drawSituation(seed: number, kinds: readonly Kind[]): Promise<Situation> {
  const workflows = [...new Set(kinds.map(({ workflow }) => workflow))];
  const workflow = workflows[seed % workflows.length] ?? '';
  const random = new Random(seed);
  const pick: Pick = (list) => list[Math.floor(random.next() * list.length)] as (typeof list)[number];
  const kind = pick(kinds.filter((each) => each.workflow === workflow));
  const { calls, events } = await cleanRunOf(kind);
  const choices = kind.choose(pick);
  const faults = randomFaults(seed, calls, events).filter((fault) => !kind.isExcepted?.(fault));
  const states = workflow === 'efs-to-efs' ? [] : statesOf(workflow).filter(({ isEnd }) => !isEnd);
  const stop = { state: states.length > 0 ? pick(states).name : '', afterSeconds: pick([0, 0.3, 1, 20, 120]) };
  const isStopped = random.next() < 0.25 && states.length > 0;
  return {
    ...{ workflow, kind: kind.name, seed, choices, faults, doubts: drawDoubts(seed) },
    ...(isStopped && { stop }),
  };
}

/** What does not hold after the run of a situation; a run that breaks off is broken too. */
export async function brokenIn(situation: Situation, kinds: readonly Kind[]): Promise<string[]> {
  const kind = kinds.find(({ workflow, name }) => workflow === situation.workflow && name === situation.kind);
  if (!kind) throw new Error(`There is no kind of run "${situation.kind}" of ${situation.workflow}.`);
  try {
    return await kind.brokenBy(situation);
  } catch (error) {
    return [`broken off: ${(error as Error).message}`];
  }
}

/** Once in a process: it depends on nothing but the kind. */
function cleanRunOf(kind: Kind): Promise<CleanRun> {
  const known = cleanRuns.get(kind) ?? kind.clean();
  cleanRuns.set(kind, known);
  return known;
}
