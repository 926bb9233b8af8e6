import { inputOf, open, overwritten, WORKFLOW, worldOf } from '../../scenarios/item-restore/items';
import { PRICES } from './prices';
import type { Table } from './table';

/** Changed items of a run. */
const SIZES = [1, 1000, 5000, 100_000];
/** Items of the table, as numbers: an export costs what changed, a restore and two scans cost all of it. */
const TABLE_SIZES = [1e3, 1e6, 1e9];
const ITEM_BYTES = 1024;
const GB = 1024 ** 3;
/** Dollars, us-east-1: https://aws.amazon.com/dynamodb/pricing/on-demand/ */
const RESTORE_PER_GB = 0.15;
const EXPORT_PER_GB = 0.1;
const LEAST_EXPORT_BYTES = 10 * 1024 ** 2;

/** `npm run bench -- item-restore`: what an item restore takes, by the number of items that changed. */
export async function benchItemRestore({ sizes = SIZES }: { sizes?: number[] }): Promise<Table[]> {
  const rows: (string | number)[][] = [];
  for (const size of sizes) rows.push(await measure(size));
  return [
    {
      title: 'dynamodb-item-restore, by changed items, at 50 writes a second',
      columns: [
        'changed',
        'writes an item',
        'batch gets per 100',
        'transitions, with children',
        'export, s',
        'answer to end, s',
      ],
      rows,
    },
    {
      title: 'An item restore of 5,000 items, and a restore of the whole table with a comparison by scan: dollars',
      columns: ['items in the table', 'two exports', 'restore and two scans'],
      rows: TABLE_SIZES.map((items) => [items, exportDollars(), scanDollars(items)]),
    },
  ];
}

async function measure(size: number): Promise<(string | number)[]> {
  const pasts = Array.from({ length: size }, (_, index) => overwritten(`p${index}`));
  const simulation = await open({ world: worldOf(pasts) });
  try {
    const execution = simulation.start(WORKFLOW, inputOf());
    await simulation.finish(execution);
    if (execution.status !== 'SUCCEEDED') throw new Error(`${size} items: ${execution.status} ${execution.cause}`);
    const calls = simulation.account.endpoint.callCounts();
    const executions = [...simulation.region.stepFunctions.executions.values()];
    const transitions = executions.reduce((sum, { stateTransitions }) => sum + stateTransitions, 0);
    const run = simulation.runRecord(execution) as { approval: { at: number }; finishedAt: number };
    const enteredAt = (state: string) =>
      execution.history
        .find(({ stateEnteredEventDetails: entered }) => entered?.name === state)
        ?.timestamp?.getTime() ?? 0;
    const writes = ['UpdateItem', 'PutItem', 'DeleteItem'].map((operation) => `dynamodb:${operation}`);
    const ours = simulation.account.endpoint.calls.filter(
      ({ call, resource }) => writes.includes(call) && resource.endsWith('table/Products'),
    );
    return [
      size,
      (ours.length / size).toFixed(3),
      (((calls['dynamodb:BatchGetItem'] ?? 0) / size) * 100).toFixed(2),
      transitions,
      Math.round((enteredAt('List Data Files') - enteredAt('Export Window')) / 1000),
      run.finishedAt - run.approval.at,
    ];
  } finally {
    simulation.close();
  }
}

function exportDollars(): string {
  const bytes = 2 * Math.max(LEAST_EXPORT_BYTES, 5000 * 2 * ITEM_BYTES);
  return ((bytes / GB) * EXPORT_PER_GB).toFixed(4);
}

/** Half a read unit for 4 KB, eventually consistent. */
function scanDollars(items: number): string {
  const bytes = items * ITEM_BYTES;
  const reads = (2 * bytes) / 8192;
  return ((bytes / GB) * RESTORE_PER_GB + reads * PRICES.dynamodbReadUnit).toFixed(4);
}
