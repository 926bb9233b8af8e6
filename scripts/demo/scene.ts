import type { Simulation, SimulationResult, Started } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';

/** One run that the demo shows, and what has to come of it. */
export interface Scene {
  /** A state machine's file name. */
  workflow: string;
  /** What is going to happen, in one line; `check` holds the run to it. */
  announcement: string;
  world: World;
  input: unknown;
  faults?: Fault[];
  /** How AWS behaves where it is not known; in the worst way by default. */
  doubts?: PinnedDoubts;
  /** What the operator does meanwhile; called right after the start. */
  meanwhile?(simulation: Simulation, execution: Started): void;
  /** The figures that were compared, so that a reader can check the verdict. */
  comparisons?(result: SimulationResult): string[];
  /** Everything that is not as announced; nothing if all is. */
  check(result: SimulationResult): string[];
}

/** For `check`: the problems whose condition does not hold. */
export function unmet(conditions: Record<string, boolean>): string[] {
  return Object.entries(conditions).flatMap(([problem, holds]) => (holds ? [] : [problem]));
}
