import {
  allPairs,
  distinctPairs,
  type FaultClasses,
  faultClasses,
  pairOf,
  standsFor,
} from '../../../scripts/bench/swap/fault-pairs';
import { randomCase } from '../../../scripts/bench/swap/random-faults';
import {
  attempt,
  type CleanRun,
  cleanRuns,
  eventFaults,
  failing,
  singleFaults,
} from '../../../scripts/bench/swap/swap-faults';

/**
 * A part of the matrices; `npm run bench -- swap-faults` runs them whole, `npm run bench -- swap --seeds N` as many
 * random seeds as it is asked for. A case that fails is shown with its faults as JSON: put them into a file for
 * `npm run simulate -- dynamodb-swap-restore --faults FILE`.
 */
jest.setTimeout(600_000);

let runs: CleanRun[];

beforeAll(async () => {
  runs = await cleanRuns();
});

/** Every `share`-th case. */
function sample<T>(cases: T[], share: number): T[] {
  return cases.filter((_, index) => index % share === 0);
}

it('keeps its promises when a call goes wrong once', async () => {
  expect(await failing(sample(singleFaults(runs, 'once'), 53))).toEqual([]);
});

it('keeps its promises when a call of a function goes wrong always', async () => {
  expect(await failing(sample(singleFaults(runs, 'always'), 61))).toEqual([]);
});

it('keeps its promises whatever happens to events', async () => {
  expect(await failing(sample(eventFaults(runs), 7))).toEqual([]);
});

it('keeps its promises when several things go wrong at random', async () => {
  for (let seed = 1; seed <= 12; seed += 1) expect(await failing([randomCase(seed, runs)], seed)).toEqual([]);
});

it('keeps its promises in a run that no reconciler looks after, and drops what is left once one can', async () => {
  const [scenario] = runs;
  const fault = { call: 'dynamodb:UpdateItem', by: 'ReconcileWaitsFunction', fault: 'accessDenied', times: 'always' };
  expect(await failing([{ scenario: scenario?.scenario, faults: [fault] }] as Parameters<typeof failing>[0])).toEqual(
    [],
  );
});
