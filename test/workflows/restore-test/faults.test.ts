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
import { type Kind, openTest, startTest, WORKFLOW } from '../../../scenarios/restore-test/tests';
import { drawDoubts } from '../../../simulator/doubts';
import type { Fault } from '../../../simulator/faults';
import { Random } from '../../../simulator/random';

/** A part of the matrix; `FAULTS=all` runs all of it. */
const RANDOM_SEEDS = Number(process.env.RANDOM_SEEDS ?? 6);
const KINDS: Kind[] = ['scheduled', 'on demand'];
const DAMAGES = [{}, { LosesIndexes: ['ByRegion'] }, { LosesItemsPercent: 100 }];

jest.setTimeout(3_600_000);

interface Case {
  kind: Kind;
  faults: Fault[];
  seed?: number;
  damage?: (typeof DAMAGES)[number];
  withDoubts?: boolean;
}

async function brokenBy({ kind, faults, seed = 1, damage = {}, withDoubts = false }: Case): Promise<string[]> {
  const world = { restoreJobs: [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: 60, ...damage }] };
  const doubts = withDoubts ? drawDoubts(seed) : {};
  const simulation = await openTest({ kind, world, faults, seed, doubts });
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
    () => openTest({ kind }),
    (simulation) => startTest(simulation, kind),
  );

describe.each(KINDS)('A test that is %s keeps its promises', (kind) => {
  it.each(['once', 'always'] as const)('when a call of a function goes wrong %s', async (times) => {
    const { calls } = await clean(kind);
    const cases = oneEach(sample(callMatrix(calls)[times], 61).filter((fault) => !killsReconciler(fault)));
    expect(await failing(cases, (faults) => brokenBy({ kind, faults }))).toEqual([]);
  });

  it('when an event is lost, late, repeated, foreign or early', async () => {
    const { events } = await clean(kind);
    expect(await failing(oneEach(eventMatrix(events)), (faults) => brokenBy({ kind, faults }))).toEqual([]);
  });

  it('when several things go wrong, with every behaviour of what is not known, and never calls damage good', async () => {
    const { calls, events } = await clean(kind);
    const cases = Array.from({ length: RANDOM_SEEDS }, (_, index) => {
      const seed = 1 + index;
      const faults = randomFaults(seed, calls, events).filter((fault) => !killsReconciler(fault));
      const damage = DAMAGES[Math.floor(new Random(seed * 7).next() * DAMAGES.length)];
      return { kind, faults, seed, withDoubts: true, ...(damage && { damage }) };
    });
    expect(await failing(cases, brokenBy)).toEqual([]);
  });
});
