import {
  type CleanRun,
  callMatrix,
  eventMatrix,
  failing,
  oneEach,
  randomFaults,
  sample,
} from '../../../scenarios/fault-matrix';
import { brokenBy, cleanFleetRun } from '../../../scenarios/pre-post-backup/faults';
import type { Fault } from '../../../simulator/faults';

/**
 * The whole matrix takes ten minutes; without `FAULTS=all` each call meets a part of it, another one than its neighbour.
 * `FAULTS=2/10` runs the second tenth of it. `RANDOM_SEEDS=200` makes more seeds.
 * A case that fails is shown with its faults as JSON: put them into a file for
 * `npm run simulate -- pre-post-backup --faults FILE`.
 */
const RANDOM_SEEDS = Number(process.env.RANDOM_SEEDS ?? 80);

jest.setTimeout(3_600_000);

let clean: CleanRun;

beforeAll(async () => {
  clean = await cleanFleetRun();
});

/** The cases after which something does not hold that must. */
function failingRuns(cases: Fault[][], input: Record<string, unknown>, seed?: number): Promise<string[]> {
  return failing(cases, (faults) => brokenBy({ input, faults, seed }));
}

it('finds every call of every function that takes part in a run', () => {
  const functions = new Set(clean.calls.map(({ by }) => by));
  expect([...functions].sort()).toEqual([
    'BackUpInstancesFunction',
    'CheckFleetFunction',
    'CheckGroupFunction',
    'CloseGroupFunction',
    // Looks every hour for executions without a record.
    'CloseRunFunction',
    'OpenRunFunction',
    'ReconcileWaitsFunction',
    'ReportRunFunction',
    'ResumeWaitFunction',
    'RunPostScriptFunction',
    'RunPreScriptFunction',
    'StartInstancesFunction',
    'StopInstancesFunction',
  ]);
});

it('keeps its promises when a call goes wrong once', async () => {
  const cases = sample(callMatrix(clean.calls).once, 8);
  expect(await failingRuns(oneEach(cases), { GroupBy: 'all' })).toEqual([]);
});

it('keeps its promises when a call of a function goes wrong always', async () => {
  const cases = sample(callMatrix(clean.calls).always, 23);
  expect(await failingRuns(oneEach(cases), { GroupBy: 'all' })).toEqual([]);
});

it('keeps its promises whatever happens to events', async () => {
  expect(await failingRuns(oneEach(sample(eventMatrix(clean.events), 1)), {})).toEqual([]);
});

it('keeps its promises when several things go wrong at random', async () => {
  const failures: string[] = [];
  for (let seed = 1; seed <= RANDOM_SEEDS; seed += 1) {
    const faults = randomFaults(seed, clean.calls, clean.events);
    failures.push(...(await failingRuns([faults], seed % 4 === 0 ? {} : { GroupBy: 'all' }, seed)));
  }
  expect(failures).toEqual([]);
});
