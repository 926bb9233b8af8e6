import {
  FROM,
  inputOf,
  open,
  overwritten,
  product,
  TABLE,
  WORKFLOW,
  worldOf,
} from '../../scenarios/item-restore/items';
import type { Simulation } from '../../scenarios/simulation';
import { PRICES } from './prices';
import type { Table } from './table';

/** Changed items of a run. */
const SIZES = [1, 1000, 5000, 100_000];
/** Items of the table, as numbers: an export costs what changed, a restore and two scans cost all of it. */
const TABLE_SIZES = [1e3, 1e6, 1e9];
const COMPARED_ITEMS = 1000;
const ITEM_BYTES = 1024;
const GB = 1024 ** 3;
/** Dollars, us-east-1: https://aws.amazon.com/dynamodb/pricing/on-demand/ */
const RESTORE_PER_GB = 0.15;
const EXPORT_PER_GB = 0.1;

/** `npm run bench -- item-restore`: what an item restore takes, by the number of items that changed. */
export async function benchItemRestore({ sizes = SIZES }: { sizes?: number[] }): Promise<Table[]> {
  const rows: (string | number)[][] = [];
  for (const size of sizes) rows.push(await measure(size));
  const { exportedBytes, exportUnits, scanUnits, found } = await compare();
  return [
    {
      title: 'dynamodb-item-restore, by changed items, at 50 writes a second',
      columns: [
        'changed',
        'writes an item',
        'batch gets per 100',
        'transitions, with children',
        'may be',
        'export, s',
        'answer to end, s',
      ],
      rows,
      notes: ['May be: 40 transitions, and one for each 1,000 items.'],
    },
    {
      title: `${COMPARED_ITEMS} items restored from exports, and by a restore of the whole table and a comparison by scan`,
      columns: [
        'items in the table',
        'read units, exports',
        'dollars, exports',
        'read units, restore and scans',
        'dollars, restore and scans',
      ],
      rows: TABLE_SIZES.map((items) => {
        const units = (scanUnits / COMPARED_ITEMS) * items;
        const restored = ((items * ITEM_BYTES) / GB) * RESTORE_PER_GB;
        return [
          items,
          exportUnits,
          ((exportedBytes / GB) * EXPORT_PER_GB + exportUnits * PRICES.dynamodbReadUnit).toFixed(4),
          Math.round(units),
          (restored + units * PRICES.dynamodbReadUnit).toFixed(4),
        ];
      }),
      notes: [
        `Both in one account, of items of 1 KB; the scans found ${found} items that differ, and do not know which of them were written again since. By the number of items in the table: reckoned.`,
      ],
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
    const executions = [...simulation.region.stepFunctions.executions.values()];
    const transitions = executions.reduce((sum, { stateTransitions }) => sum + stateTransitions, 0);
    const run = simulation.runRecord(execution) as { approval: { at: number }; finishedAt: number };
    const enteredAt = (state: string) =>
      execution.history
        .find(({ stateEnteredEventDetails: entered }) => entered?.name === state)
        ?.timestamp?.getTime() ?? 0;
    const writes = ['UpdateItem', 'PutItem', 'DeleteItem'].map((operation) => `dynamodb:${operation}`);
    const ours = simulation.account.endpoint.calls.filter(
      ({ call, resource }) => writes.includes(call) && resource.endsWith(`table/${TABLE}`),
    );
    return [
      size,
      (ours.length / size).toFixed(3),
      ((itemReads(simulation) / size) * 100).toFixed(2),
      transitions,
      40 + Math.ceil(size / 1000),
      Math.round((enteredAt('List Data Files') - enteredAt('Export Window')) / 1000),
      run.finishedAt - run.approval.at,
    ];
  } finally {
    simulation.close();
  }
}

/** The same items restored by both ways, in one account: what they read, and what the export is billed. */
async function compare() {
  const Text = 'x'.repeat(ITEM_BYTES - 70);
  const pasts = Array.from({ length: COMPARED_ITEMS }, (_, index) => {
    const { sku, was, is } = overwritten(`p${index}`);
    const before = product(sku, { Text });
    return { sku, was: was.map(([at]): [string, typeof before] => [at, before]), is: { ...is, ...before, Price: 0 } };
  });
  const simulation = await open({ world: worldOf(pasts) });
  try {
    const { units: scanUnits, found } = await compareByScan(simulation);
    const execution = simulation.start(WORKFLOW, inputOf());
    await simulation.finish(execution);
    if (execution.status !== 'SUCCEEDED') throw new Error(`${execution.status} ${execution.cause}`);
    const { exportedBytes } = simulation.runRecord(execution) as unknown as { exportedBytes: number };
    const reads = itemReads(simulation);
    // Items of up to 4 KB, read consistently: one unit for each, and each is read for the plan and for verification.
    return { exportedBytes, exportUnits: Math.min(reads * 100, 2 * COMPARED_ITEMS), scanUnits, found };
  } finally {
    simulation.close();
  }
}

/** Restores the table as it was before the window, scans both, and counts the items that differ. */
async function compareByScan({ region: { dynamodb }, account }: Simulation) {
  const TargetTableName = `${TABLE}-before`;
  dynamodb.RestoreTableToPointInTime({ SourceTableName: TABLE, TargetTableName, RestoreDateTime: new Date(FROM) });
  const isThere = () => dynamodb.DescribeTable({ TableName: TargetTableName }).Table?.TableStatus === 'ACTIVE';
  await account.clock.runUntil(isThere, 86_400);
  let units = 0;
  const scanned = (TableName: string) => {
    const items = new Map<string, string>();
    for (let ExclusiveStartKey: Record<string, never> | undefined; ; ) {
      const page = dynamodb.Scan({ TableName, ExclusiveStartKey, ReturnConsumedCapacity: 'TOTAL' });
      units += page.ConsumedCapacity?.CapacityUnits ?? 0;
      for (const item of page.Items ?? []) items.set(item.Sku?.S ?? '', JSON.stringify(item.Price));
      ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
      if (!ExclusiveStartKey) return items;
    }
  };
  const [before, now] = [scanned(TargetTableName), scanned(TABLE)];
  const found = [...before].filter(([sku, item]) => now.get(sku) !== item).length;
  return { units, found };
}

/** How many requests read items of the table, and not waits, as the reconciler does. */
function itemReads({ account }: Simulation): number {
  return account.endpoint.calls.filter(
    ({ call, principalArn }) => call === 'dynamodb:BatchGetItem' && !principalArn.includes('ReconcileWaitsFunction'),
  ).length;
}
