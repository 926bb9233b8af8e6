import {
  allPairs,
  distinctPairs,
  type FaultClasses,
  faultClasses,
  misjudged,
  pairOf,
  type Single,
  standsFor,
} from '../../../scenarios/dynamodb-restore/fault-pairs';
import { randomCase } from '../../../scenarios/dynamodb-restore/random-faults';
import { SCENARIOS, type Scenario } from '../../../scenarios/dynamodb-restore/scenarios';
import {
  cleanRuns,
  eventFaults,
  failingSwaps,
  type SwapRun,
  singleFaults,
} from '../../../scenarios/dynamodb-restore/swap-faults';
import { sample } from '../../../scenarios/fault-matrix';
import type { CallFault } from '../../../simulator/faults';

/**
 * A part of the matrices; `npm run bench -- swap-faults` runs them whole, `npm run random-runs` random ones
 * of every workflow. A case that fails is shown with its faults as JSON: put them into a file for
 * `npm run simulate -- dynamodb-swap-restore --faults FILE`.
 */
jest.setTimeout(600_000);

let runs: SwapRun[];

beforeAll(async () => {
  runs = await cleanRuns();
});

it('keeps its promises when a call goes wrong once', async () => {
  expect(await failingSwaps(sample(singleFaults(runs, 'once'), 53))).toEqual([]);
});

it('keeps its promises when a call of a function goes wrong always', async () => {
  expect(await failingSwaps(sample(singleFaults(runs, 'always'), 61))).toEqual([]);
});

it('keeps its promises whatever happens to events', async () => {
  expect(await failingSwaps(sample(eventFaults(runs), 7))).toEqual([]);
});

it('keeps its promises when several things go wrong at random', async () => {
  for (let seed = 1; seed <= 12; seed += 1) expect(await failingSwaps([randomCase(seed, runs)], seed)).toEqual([]);
});

it('keeps its promises in a run that no reconciler looks after, and drops what is left once one can', async () => {
  const [scenario] = runs;
  const fault = { call: 'dynamodb:UpdateItem', by: 'ReconcileWaitsFunction', fault: 'accessDenied', times: 'always' };
  expect(
    await failingSwaps([{ scenario: scenario?.scenario, faults: [fault] }] as Parameters<typeof failingSwaps>[0]),
  ).toEqual([]);
});

describe('Pairs of faults after the approval', () => {
  const [scenario] = SCENARIOS;
  const single = (by: string, call: string, fault: CallFault['fault'], trace: string): Single => {
    const callFault: CallFault = { by, call, fault };
    return { item: { scenario: scenario as Scenario, faults: [callFault] }, fault: callFault, trace };
  };
  const absorbed = single('VerifyOriginalFunction', 'dynamodb:Scan', 'throttle', 'clean');
  const early = single('VerifyOriginalFunction', 'dynamodb:Scan', 'accessDenied', 'restored again');
  const twin = single('VerifyOriginalFunction', 'dynamodb:DescribeTable', 'accessDenied', 'restored again');
  const late = single('CleanUpSwapFunction', 'dynamodb:DeleteTable', 'accessDenied', 'duplicate stays');
  const classes: FaultClasses = {
    singles: [absorbed, early, twin, late],
    representatives: new Map([
      [early, early],
      [twin, early],
      [late, late],
    ]),
  };

  it('are run once for all pairs that lead to the same', () => {
    expect(standsFor([twin, late], classes)).toEqual([early, late]);
    // The other is a single fault, which is run as such.
    expect(standsFor([absorbed, late], classes)).toEqual([late]);
    expect(standsFor([absorbed, early], classes)).toEqual([absorbed, early]);
  });

  it('hit one attempt after the other when they hit the same call', () => {
    expect(pairOf(early, absorbed).faults).toEqual([early.fault, { ...absorbed.fault, nth: 2 }]);
  });

  it('keep the promises, and those that are not run end like the pairs that stand for them', async () => {
    const [run] = runs;
    // Some calls only: `npm run bench -- swap-faults --parts pairs` takes them all.
    const some = { ...run, calls: run?.calls.filter(({ by }) => by === 'VerifyOriginalFunction') } as SwapRun;
    const sorted = await faultClasses([some]);
    const pairs = distinctPairs(sorted);
    expect(pairs.length).toBeLessThan(allPairs(sorted).length / 4);
    expect(await failingSwaps(sample(pairs, Math.ceil(pairs.length / 8)))).toEqual([]);
    expect(await misjudged(sorted, 8, 1)).toEqual([]);
  });
});
