import { BatchWriteCommand, paginateQuery, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { tables } from './clients/dynamodb';
import { sleep } from './clock';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH_SIZE = 25;

/** The items of a query, page by page; `pageSize` items to a request at most. */
export async function* queryAll<Item>(input: QueryCommandInput, pageSize?: number): AsyncGenerator<Item> {
  for await (const { Items = [] } of paginateQuery({ client: tables, pageSize }, input)) yield* Items as Item[];
}

/** What an UpdateItem needs to set `fields`, under `#name` and `:name`, and to remove the attributes in `remove`. */
export function setFields(fields: object, remove: readonly string[] = []) {
  const names = Object.keys(fields);
  const sets = `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`;
  return {
    UpdateExpression: remove.length > 0 ? `${sets} REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : sets,
    ExpressionAttributeNames: Object.fromEntries([...names, ...remove].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
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
