import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { type CleanRun, cleanRun } from '../fault-matrix';
import { type Stop, stopAt } from '../stop';
import { brokenPromises, settle } from './promises';
import { type Damage, type Kind, openTest, type Source, startTest, WORKFLOW } from './tests';

interface Trial {
  kind: Kind;
  faults: Fault[];
  seed?: number;
  damage?: Damage;
  doubts?: PinnedDoubts;
  stop?: Stop;
}

export const KINDS: Kind[] = (['a table', 'an instance', 'a file system', 'another file system'] as const).flatMap(
  (source) => [
    { source, isScheduled: true },
    { source, isScheduled: false },
  ],
);

/** Seeded corruption of each kind: none of it may be called good. */
export const DAMAGES: Record<Source, Damage[]> = {
  'a table': [{ LosesIndexes: ['ByRegion'] }, { LosesItemsPercent: 100 }],
  'an instance': [
    { LosesVolume: true },
    { NeverBoots: true },
    { Scripts: [{ Contains: 'check.sh', Status: 'Failed', ExitCode: 3, Output: 'rows missing' }] },
  ],
  'a file system': [{ LosesFilesPercent: 20 }, { LosesFilesPercent: 1 }],
  'another file system': [{ LosesFilesPercent: 20 }],
};

/** A day of waiting for the end of a window finds nothing. */
const QUICK: PinnedDoubts = { 'backup.testDeletion': 'onceValidated' };

/** What a test of this kind does in which nothing goes wrong. */
export function cleanTest(kind: Kind): Promise<CleanRun> {
  return cleanRun(
    WORKFLOW,
    () => openTest({ kind, doubts: QUICK }),
    (simulation) => startTest(simulation, kind),
  );
}

/** Runs it to its end, undo included; returns what does not hold that must, whatever went wrong. */
export async function brokenBy({
  kind,
  faults,
  seed = 1,
  damage = {},
  doubts = QUICK,
  stop,
}: Trial): Promise<string[]> {
  const simulation = await openTest({ kind, damage: { DurationSeconds: 60, ...damage }, faults, seed, doubts });
  try {
    const execution = startTest(simulation, kind);
    if (stop) stopAt(simulation, execution, stop);
    await settle(simulation, execution);
    return brokenPromises(simulation, execution, Object.keys(damage).length > 0);
  } finally {
    simulation.close();
  }
}
