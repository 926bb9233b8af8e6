import {
  callMatrix,
  cleanRun,
  eventMatrix,
  failing,
  killsReconciler,
  oneEach,
  randomFaults,
  sample,
} from '../../../scenarios/fault-matrix';
import { brokenPromises, settle } from '../../../scenarios/restore-test/promises';
import {
  type Damage,
  type Kind,
  openTest,
  type Source,
  startTest,
  WORKFLOW,
} from '../../../scenarios/restore-test/tests';
import { drawDoubts } from '../../../simulator/doubts';
import type { Fault } from '../../../simulator/faults';
import { Random } from '../../../simulator/random';

/** A part of the matrix; `FAULTS=all` runs all of it. */
const SHARE: Record<Source, number> = { 'a table': 97, 'an instance': 307, 'a file system': 401 };
const RANDOM_SEEDS = Number(process.env.RANDOM_SEEDS ?? 1);
const KINDS: Kind[] = (['a table', 'an instance', 'a file system'] as const).flatMap((source) => [
  { source, isScheduled: true },
  { source, isScheduled: false },
]);
/** Seeded corruption of each kind: none of it may be called good. */
const DAMAGES: Record<Source, Damage[]> = {
  'a table': [{ LosesIndexes: ['ByRegion'] }, { LosesItemsPercent: 100 }],
  'an instance': [
    { LosesVolume: true },
    { NeverBoots: true },
    { Scripts: [{ Contains: 'check.sh', Status: 'Failed', ExitCode: 3, Output: 'rows missing' }] },
  ],
  'a file system': [{ LosesFilesPercent: 20 }, { LosesFilesPercent: 1 }],
};
const titleOf = ({ source, isScheduled }: Kind) => `${source}, ${isScheduled ? 'on schedule' : 'on demand'}`;

jest.setTimeout(7_200_000);

interface Case {
  kind: Kind;
  faults: Fault[];
  seed?: number;
  damage?: Damage;
  withDoubts?: boolean;
}

async function brokenBy({ kind, faults, seed = 1, damage = {}, withDoubts = false }: Case): Promise<string[]> {
  // A day of waiting for the end of a window finds nothing.
  const doubts = withDoubts ? drawDoubts(seed) : { 'backup.testDeletion': 'onceValidated' as const };
  const simulation = await openTest({ kind, damage: { DurationSeconds: 60, ...damage }, faults, seed, doubts });
  try {
    const execution = startTest(simulation, kind);
    await settle(simulation, execution);
    return brokenPromises(simulation, execution, Object.keys(damage).length > 0);
  } finally {
    simulation.close();
  }
}

const clean = (kind: Kind) =>
  cleanRun(
    WORKFLOW,
    () => openTest({ kind, doubts: { 'backup.testDeletion': 'onceValidated' } }),
    (simulation) => startTest(simulation, kind),
  );

describe.each(KINDS.map((kind) => [titleOf(kind), kind] as const))('A test of %s', (_title, kind) => {
  let found: Awaited<ReturnType<typeof clean>>;
  beforeAll(async () => {
    found = await clean(kind);
  });

  it('keeps its promises when a call goes wrong once or always, and when an event does', async () => {
    const { once, always } = callMatrix(found.calls);
    const faults = [
      ...sample<Fault>(once, SHARE[kind.source], 1),
      ...sample<Fault>(always, SHARE[kind.source], 40),
      ...sample<Fault>(eventMatrix(found.events), 19, 1),
    ];
    const cases = oneEach(faults.filter((fault) => !killsReconciler(fault)));
    expect(await failing(cases, (each) => brokenBy({ kind, faults: each }))).toEqual([]);
  });

  it('calls no damage good, whatever else goes wrong, with every behaviour of what is not known', async () => {
    const damages: Damage[] = [{}, ...DAMAGES[kind.source]];
    const cases = Array.from({ length: RANDOM_SEEDS }, (_, index) => {
      const seed = 1 + index;
      const faults = randomFaults(seed, found.calls, found.events).filter((fault) => !killsReconciler(fault));
      const damage = damages[Math.floor(new Random(seed * 7).next() * damages.length)] ?? {};
      return { kind, faults, seed, withDoubts: true, damage };
    });
    expect(await failing(cases, brokenBy)).toEqual([]);
  });
});
