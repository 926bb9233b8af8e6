import { cleanSwap, failing, pairsAfterApproval } from '../../../scripts/bench/swap/swap-faults';
import { callMatrix, eventMatrix, randomFaults } from '../faults/fault-matrix';

/**
 * The whole matrix takes long; without `FAULTS=all` a part of it is run. A case that fails is shown with its faults as
 * JSON: put them into a file for `npm run simulate -- dynamodb-swap-restore --faults FILE`. `npm run bench -- swap` runs
 * as many random seeds as it is asked for.
 */
const IS_WHOLE = process.env.FAULTS === 'all';

jest.setTimeout(3_600_000);

let clean: Awaited<ReturnType<typeof cleanSwap>>;

beforeAll(async () => {
  clean = await cleanSwap();
});

/** Every `share`-th case. */
function sample<T>(cases: T[], share: number): T[] {
  return IS_WHOLE ? cases : cases.filter((_, index) => index % share === 0);
}

it('keeps its promises when a call goes wrong once', async () => {
  expect(await failing(sample(callMatrix(clean.calls).once, 41).map((fault) => [fault]))).toEqual([]);
});

it('keeps its promises when a call of a function goes wrong always', async () => {
  expect(await failing(sample(callMatrix(clean.calls).always, 47).map((fault) => [fault]))).toEqual([]);
});

it('keeps its promises when two calls after the approval go wrong', async () => {
  const pairs = pairsAfterApproval(callMatrix(clean.calls).once);
  expect(await failing(sample(pairs, Math.ceil(pairs.length / 15)))).toEqual([]);
});

it('keeps its promises whatever happens to events', async () => {
  expect(await failing(sample(eventMatrix(clean.events), 4).map((fault) => [fault]))).toEqual([]);
});

it('keeps its promises when several things go wrong at random', async () => {
  for (let seed = 1; seed <= 12; seed += 1)
    expect(await failing([randomFaults(seed, clean.calls, clean.events)], seed)).toEqual([]);
});
