import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callMatrix, cleanRun, killsReconciler, randomFaults } from '../../../scenarios/fault-matrix';
import { brokenBy } from '../../../scenarios/item-restore/faults';
import { inputOf, MIXED, open, overwritten, WORKFLOW } from '../../../scenarios/item-restore/items';
import { drawDoubts } from '../../../simulator/doubts';
import type { Fault } from '../../../simulator/faults';

/** `FAULTS=all` runs the whole matrix, `FAULTS=2/10` the second tenth of it; by default some cases of it. */
const [PART = 4, PARTS = 29] = (process.env.FAULTS ?? '4/29').replace('all', '1/1').split('/').map(Number);
const IS_WHOLE = process.env.FAULTS !== undefined;

jest.setTimeout(3_600_000);

const INPUT = { OnConflict: 'Merge' };
const clean = cleanRun(
  'dynamodb-restore/item-restore',
  () => open(),
  (simulation) => simulation.start(WORKFLOW, inputOf(INPUT)),
);

async function brokenOf(cases: Fault[][], isBusy = false): Promise<string[]> {
  const broken: string[] = [];
  for (const [index, faults] of cases.entries()) {
    const found = await brokenBy({ input: INPUT, faults, isBusy, seed: 1 + index });
    broken.push(...found.map((what) => `${JSON.stringify(faults)}: ${what}`));
  }
  return broken;
}

describe('The promises hold when a call of a function goes wrong', () => {
  it.each(['once', 'always'] as const)('%s', async (times) => {
    const { calls } = await clean;
    const matrix = callMatrix(calls)[times].filter((fault) => !killsReconciler(fault));
    expect(matrix.length).toBeGreaterThan(300);
    const sample = matrix.filter((_, index) => index % PARTS === (PART + (times === 'once' ? 0 : 4)) % PARTS);
    expect(await brokenOf(sample.map((fault) => [fault]))).toEqual([]);
  });

  it('and each write of the run meets each fault, while the application writes too', async () => {
    // One account at a time.
    await clean;
    const faults = ['throttle', 'serverError', 'timeout', 'timeoutAfterSuccess', 'accessDenied', 'crashAfter'] as const;
    const writes = ['dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'].flatMap((call) =>
      faults.map((fault): Fault[] => [{ call, by: 'WriteItemsFunction', fault }]),
    );
    expect(await brokenOf(writes, true)).toEqual([]);
  });

  it('in several ways at once, with any behaviour where that of AWS is not known, while the application writes', async () => {
    const { calls, events } = await clean;
    const broken: string[] = [];
    const [first, count] = IS_WHOLE ? [(PART - 1) * Math.ceil(200 / PARTS), Math.ceil(200 / PARTS)] : [0, 6];
    for (let seed = first + 1; seed <= first + count; seed += 1) {
      const faults = randomFaults(seed, calls, events).filter((fault) => !killsReconciler(fault));
      const found = await brokenBy({ input: INPUT, faults, doubts: drawDoubts(seed), seed, isBusy: true });
      broken.push(...found.map((what) => `seed ${seed}: ${what}`));
    }
    expect(broken).toEqual([]);
  });
});

describe('The promises hold when the execution is stopped and started again at once', () => {
  it('at every write', async () => {
    const pasts = [...MIXED, overwritten('x'), overwritten('y')];
    const broken: string[] = [];
    // All seven of them, and one that never comes.
    for (let write = 1; write <= 8; write += 1) {
      const input = { ...INPUT, MaxWritesPerSecond: 1 };
      const found = await brokenBy({ pasts, input, abortedAt: { write } });
      broken.push(...found.map((what) => `${write}: ${what}`));
    }
    expect(broken).toEqual([]);
  });

  it('in every state', async () => {
    const text = readFileSync(join(__dirname, '../../../statemachines/dynamodb-item-restore.asl.json'), 'utf8');
    const { States } = JSON.parse(text) as { States: Record<string, { Type: string }> };
    const states = Object.keys(States).filter((state) => ['Task', 'Map'].includes(States[state]?.Type ?? ''));
    const broken: string[] = [];
    for (const state of states) {
      const found = await brokenBy({ input: INPUT, abortedAt: { state } });
      broken.push(...found.map((what) => `${state}: ${what}`));
    }
    expect(broken).toEqual([]);
  });
});

describe('The promises hold under every behaviour of a doubt', () => {
  it.each([
    ['dynamodb.exportOfInsertAndDelete', 'keysOnly'],
    ['dynamodb.exportOfUnchangedItem', 'record'],
    ['dynamodb.exportChecksumFiles', 'checksum'],
    ['stepFunctions.jsonLinesUnderJson', 'read'],
  ])('%s: %s', async (name, behaviour) => {
    expect(await brokenBy({ input: INPUT, doubts: { [name]: behaviour }, isBusy: true })).toEqual([]);
  });
});
