import { BatchGetItemCommand, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { sleep } from '../../shared/clock';
import { TransientServiceError } from '../../shared/errors';
import { type Image, imageOf, toAttributes } from './images';
import { hashOfKeys } from './journal';

/** API_BatchGetItem: keys in a request. */
const BATCH_SIZE = 100;
const MOST_ATTEMPTS = 12;

/** Reads items consistently, a hundred at a time. The result is by `hashOfKeys`; what is not in it does not exist. */
export async function readItems(TableName: string, keys: Image[]): Promise<Map<string, Image>> {
  const found = new Map<string, Image>();
  const names = Object.keys(keys[0] ?? {});
  for (let first = 0; first < keys.length; first += BATCH_SIZE) {
    const Keys = keys.slice(first, first + BATCH_SIZE).map(toAttributes);
    let request: Record<string, KeysAndAttributes> | undefined = { [TableName]: { Keys, ConsistentRead: true } };
    for (let attempt = 0; request; attempt += 1) {
      if (attempt > 0) await sleep(Math.min(10, 2 ** attempt / 20));
      const answer: { Responses?: Record<string, object[]>; UnprocessedKeys?: Record<string, KeysAndAttributes> } =
        await dynamodb.send(new BatchGetItemCommand({ RequestItems: request }));
      for (const item of answer.Responses?.[TableName] ?? []) {
        const image = imageOf(item as Parameters<typeof imageOf>[0]);
        const key = Object.fromEntries(names.map((name) => [name, image[name]])) as Image;
        found.set(hashOfKeys(key), image);
      }
      const left = answer.UnprocessedKeys?.[TableName];
      // Items that were not read are not items that do not exist.
      if (left?.Keys?.length && attempt + 1 >= MOST_ATTEMPTS)
        throw new TransientServiceError(`DynamoDB did not read ${left.Keys.length} items of ${TableName}.`);
      request = left?.Keys?.length ? { [TableName]: left } : undefined;
    }
  }
  return found;
}
