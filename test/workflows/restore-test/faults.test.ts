import {
  type CleanRun,
  callMatrix,
  eventMatrix,
  failing,
  killsReconciler,
  oneEach,
  randomFaults,
  sample,
} from '../../../scenarios/fault-matrix';
import { brokenBy, cleanTest, DAMAGES, KINDS } from '../../../scenarios/restore-test/faults';
import type { Damage, Kind, Source } from '../../../scenarios/restore-test/tests';
import { drawDoubts } from '../../../simulator/doubts';
import type { Fault } from '../../../simulator/faults';
import { Random } from '../../../simulator/random';

/** A part of the matrix; `FAULTS=all` runs all of it. */
const SHARE: Record<Source, number> = {
  'a table': 97,
  'an instance': 307,
  'a file system': 401,
  'another file system': 211,
};
const RANDOM_SEEDS = Number(process.env.RANDOM_SEEDS ?? 1);
const titleOf = ({ source, isScheduled }: Kind) => `${source}, ${isScheduled ? 'on schedule' : 'on demand'}`;

jest.setTimeout(7_200_000);

describe.each(KINDS.map((kind) => [titleOf(kind), kind] as const))('A test of %s', (_title, kind) => {
  let found: CleanRun;
  beforeAll(async () => {
    found = await cleanTest(kind);
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
      return { kind, faults, seed, doubts: drawDoubts(seed), damage };
    });
    expect(await failing(cases, brokenBy)).toEqual([]);
  });
});
