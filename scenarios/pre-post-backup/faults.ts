import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { type CleanRun, cleanRun, withoutExcepted } from '../fault-matrix';
import { rememberEarlierRun } from '../own-work';
import { type Stop, stopAt } from '../stop';
import type { World } from '../world';
import { brokenInvariants, settle } from './invariants';
import { openSmallFleet, scriptedInput } from './small-fleet';

interface Trial {
  /** Keys of the input beyond those of `scriptedInput`. */
  input?: Record<string, unknown>;
  world?: World;
  faults: Fault[];
  doubts?: PinnedDoubts;
  seed?: number;
  stop?: Stop;
}

/** A run of the small fleet in which nothing goes wrong. */
export function cleanFleetRun(): Promise<CleanRun> {
  return cleanRun('pre-post-backup', openSmallFleet, (simulation) =>
    simulation.start('pre-post-backup', scriptedInput()),
  );
}

/** Runs it to its end, undo included; returns what does not hold that must, whatever went wrong. */
export async function brokenBy({ input, world, faults, doubts, seed, stop }: Trial): Promise<string[]> {
  const simulation = await openSmallFleet(faults, seed, world, doubts);
  try {
    rememberEarlierRun(simulation, 'pre-post-backup');
    const execution = simulation.start('pre-post-backup', scriptedInput(input));
    if (stop) stopAt(simulation, execution, stop);
    await settle(simulation, execution);
    return withoutExcepted(brokenInvariants(simulation, execution), faults);
  } finally {
    simulation.close();
  }
}
