import { BatchGetCommand, BatchWriteCommand, paginateQuery, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { tables } from './clients/dynamodb';
import { sleep } from './clock';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH_SIZE = 25;

/** The items of a query, page by page; `pageSize` items to a request at most. */
export async function* queryAll<Item>(input: QueryCommandInput, pageSize?: number): AsyncGenerator<Item> {
  for await (const { Items = [] } of paginateQuery({ client: tables, pageSize }, input)) yield* Items as Item[];
}

/** All of them at once, as Array.fromAsync does, which Node.js 20 does not have. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const GET_SIZE = 100;

type ItemKey = Record<string, unknown>;

/** Items of one of the suite's tables by their keys, in no order; keys without an item are left out. Reads consistently. */
export async function getAll<Item>(TableName: string, keys: readonly ItemKey[]): Promise<Item[]> {
  const items: Item[] = [];
  for (let first = 0; first < keys.length; first += GET_SIZE) {
    const found = await getTogether({ [TableName]: keys.slice(first, first + GET_SIZE) });
    items.push(...((found[TableName] ?? []) as Item[]));
  }
  return items;
}

/** Items of several tables by their keys, 100 at most, in one request; otherwise like `getAll`. */
export async function getTogether(keysOf: Readonly<Record<string, ItemKey[]>>): Promise<Record<string, ItemKey[]>> {
  const found: Record<string, ItemKey[]> = {};
  let open: Record<string, { Keys?: ItemKey[] | undefined }> = Object.fromEntries(
    Object.entries(keysOf).map(([table, Keys]) => [table, { Keys }]),
  );
  for (let attempt = 0; Object.keys(open).length > 0; attempt += 1) {
    if (attempt > 0) await sleep(Math.min(5, 2 ** attempt / 10));
    const RequestItems = Object.fromEntries(
      Object.entries(open).map(([table, { Keys }]) => [table, { Keys, ConsistentRead: true }]),
    );
    const { Responses = {}, UnprocessedKeys = {} } = await tables.send(new BatchGetCommand({ RequestItems }));
    for (const [table, items] of Object.entries(Responses)) found[table] = [...(found[table] ?? []), ...items];
    open = UnprocessedKeys;
  }
  return found;
}

/** What an UpdateItem does to attributes, each by its name. */
interface Change {
  set?: object;
  /** The first value stays. */
  setOnce?: object;
  add?: Readonly<Record<string, number>>;
  remove?: readonly string[];
}

/** When it does it; `names` and `values` are what the condition has beyond the change, with `#` and `:`. */
interface When {
  condition?: string;
  names?: Readonly<Record<string, string>>;
  values?: Readonly<Record<string, unknown>>;
}

/** What an UpdateItem needs for a change: each attribute is `#name` and its value `:name`, in the condition too. */
export function changeOf(
  { set = {}, setOnce = {}, add = {}, remove = [] }: Change,
  { condition, names = {}, values = {} }: When = {},
) {
  const [sets, firsts, adds] = [Object.keys(set), Object.keys(setOnce), Object.keys(add)];
  const assignments = [
    ...sets.map((name) => `#${name} = :${name}`),
    ...firsts.map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
  ];
  const clauses = [
    assignments.length > 0 ? `SET ${assignments.join(', ')}` : '',
    remove.length > 0 ? `REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '',
    adds.length > 0 ? `ADD ${adds.map((name) => `#${name} :${name}`).join(', ')}` : '',
  ];
  const given = Object.entries({ ...set, ...setOnce, ...add }).map(([name, value]) => [`:${name}`, value]);
  const all = { ...Object.fromEntries(given), ...values };
  return {
    UpdateExpression: clauses.filter(Boolean).join(' '),
    ...(condition && { ConditionExpression: condition }),
    ExpressionAttributeNames: {
      ...Object.fromEntries([...sets, ...firsts, ...adds, ...remove].map((name) => [`#${name}`, name])),
      ...names,
    },
    // DynamoDB refuses an empty one.
    ...(Object.keys(all).length > 0 && { ExpressionAttributeValues: all }),
  };
}

/**
 * Puts items into one of the suite's tables, 25 to a request, and again what DynamoDB did not take, so many times; what
 * is left then is not written. Safe to repeat: same keys, same content.
 */
export async function putAll(TableName: string, items: readonly object[], attempts = Infinity): Promise<void> {
  const requests = items.map((Item) => ({ PutRequest: { Item: { ...Item } } }));
  for (let first = 0; first < requests.length; first += BATCH_SIZE) {
    let batch = requests.slice(first, first + BATCH_SIZE);
    for (let attempt = 0; batch.length > 0 && attempt < attempts; attempt += 1) {
      if (attempt > 0) await sleep(Math.min(5, 2 ** attempt / 10));
      const { UnprocessedItems } = await tables.send(new BatchWriteCommand({ RequestItems: { [TableName]: batch } }));
      batch = (UnprocessedItems?.[TableName] ?? []) as typeof batch;
    }
  }
}
