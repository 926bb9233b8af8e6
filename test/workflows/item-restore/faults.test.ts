import {
  callMatrix,
  cleanRun,
  failing,
  killsReconciler,
  oneEach,
  randomFaults,
  sample,
} from '../../../scenarios/fault-matrix';
import { brokenBy } from '../../../scenarios/item-restore/faults';
import {
  cameAndWent,
  inputOf,
  MIXED,
  open,
  overwritten,
  rewritten,
  WORKFLOW,
} from '../../../scenarios/item-restore/items';
import { statesOf } from '../../../scenarios/states';
import { drawDoubts } from '../../../simulator/doubts';
import type { Fault } from '../../../simulator/faults';

/** A part of the matrix; `FAULTS=all` runs the whole, `FAULTS=2/10` the second tenth of it. */
const RANDOM_SEEDS = Number(process.env.RANDOM_SEEDS ?? 6);

jest.setTimeout(3_600_000);

const INPUT = { OnConflict: 'Merge' };
const clean = cleanRun(
  'dynamodb-restore/item-restore',
  () => open(),
  (simulation) => simulation.start(WORKFLOW, inputOf(INPUT)),
);

function failingRuns(cases: Fault[][], isBusy = false): Promise<string[]> {
  let seed = 0;
  return failing(cases, (faults) => {
    seed += 1;
    return brokenBy({ input: INPUT, faults, isBusy, seed });
  });
}

describe('The promises hold when a call of a function goes wrong', () => {
  it.each(['once', 'always'] as const)('%s', async (times) => {
    const { calls } = await clean;
    const matrix = callMatrix(calls)[times].filter((fault) => !killsReconciler(fault));
    expect(matrix.length).toBeGreaterThan(300);
    const cases = oneEach(sample(matrix, 29, times === 'once' ? -4 : -8));
    expect(await failingRuns(cases)).toEqual([]);
  });

  it('and each write of the run meets each fault, while the application writes too', async () => {
    // One account at a time.
    await clean;
    const faults = ['throttle', 'serverError', 'timeout', 'timeoutAfterSuccess', 'accessDenied', 'crashAfter'] as const;
    const writes = ['dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'].flatMap((call) =>
      faults.map((fault): Fault[] => [{ call, by: 'WriteItemsFunction', fault }]),
    );
    expect(await failingRuns(writes, true)).toEqual([]);
  });

  it('in several ways at once, with any behaviour where that of AWS is not known, while the application writes', async () => {
    const { calls, events } = await clean;
    const seeds = Array.from({ length: RANDOM_SEEDS }, (_, index) => 1 + index);
    const broken = await failing(seeds, (seed) => {
      const faults = randomFaults(seed, calls, events).filter((fault) => !killsReconciler(fault));
      return brokenBy({ input: INPUT, faults, doubts: drawDoubts(seed), seed, isBusy: true });
    });
    expect(broken).toEqual([]);
  });
});

describe('The promises hold when the execution is stopped and started again at once', () => {
  it('at every write', async () => {
    const pasts = [...MIXED, overwritten('x'), overwritten('y')];
    const input = { ...INPUT, MaxWritesPerSecond: 1 };
    // All seven of them, and one that never comes.
    const writes = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(await failing(writes, (write) => brokenBy({ pasts, input, abortedAt: { write } }))).toEqual([]);
  });

  it('in every state', async () => {
    const states = statesOf(WORKFLOW)
      .filter(({ type, isNested }) => !isNested && ['Task', 'Map'].includes(type))
      .map(({ name }) => name);
    expect(await failing(states, (state) => brokenBy({ input: INPUT, abortedAt: { state } }))).toEqual([]);
  });
});

describe('The promises hold under every behaviour of a doubt', () => {
  it.each([
    ['dynamodb.exportOfInsertAndDelete', 'none'],
    ['dynamodb.exportOfInsertAndDelete', 'keysOnly'],
    ['dynamodb.exportOfUnchangedItem', 'none'],
    ['dynamodb.exportOfUnchangedItem', 'record'],
    ['dynamodb.exportChecksumFiles', 'md5'],
    ['dynamodb.exportChecksumFiles', 'checksum'],
  ])('%s: %s', async (name, behaviour) => {
    const pasts = [...MIXED, cameAndWent('x'), rewritten('y')];
    expect(await brokenBy({ pasts, input: INPUT, doubts: { [name]: behaviour }, isBusy: true })).toEqual([]);
  });
});
