import { type AttributeValue, BatchGetItemCommand, type BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { isThrottlingError } from '@smithy/core/retry';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { sleep } from '../../shared/clock';
import { TransientServiceError } from '../../shared/errors';
import { type Image, imageOf, toAttributes } from './images';
import { hashOfKeys } from './journal';

/** API_BatchGetItem: keys in a request. */
const BATCH_SIZE = 100;
/** With one read unit a second an item of 400 KB keeps the next one waiting for 100 seconds. */
const MOST_ATTEMPTS_WITHOUT_PROGRESS = 30;

/**
 * Reads items consistently, a hundred at a time, as fast as the table lets it. The result is by `hashOfKeys`; what is not in
 * it does not exist.
 */
export async function readItems(TableName: string, keys: Image[]): Promise<Map<string, Image>> {
  const found = new Map<string, Image>();
  const names = Object.keys(keys[0] ?? {});
  for (let first = 0; first < keys.length; first += BATCH_SIZE) {
    let left = keys.slice(first, first + BATCH_SIZE).map(toAttributes);
    for (let attempt = 0; left.length > 0; attempt += 1) {
      // Items that were not read are not items that do not exist.
      if (attempt >= MOST_ATTEMPTS_WITHOUT_PROGRESS)
        throw new TransientServiceError(`DynamoDB did not read ${left.length} items of ${TableName}.`);
      if (attempt > 0) await sleep(Math.min(10, 2 ** attempt / 20));
      const answer = await readOnce(TableName, left);
      for (const item of answer?.Responses?.[TableName] ?? []) {
        const image = imageOf(item);
        const key = Object.fromEntries(names.map((name) => [name, image[name]])) as Image;
        found.set(hashOfKeys(key), image);
      }
      const next = answer ? (answer.UnprocessedKeys?.[TableName]?.Keys ?? []) : left;
      if (next.length < left.length) attempt = 0;
      left = next;
    }
  }
  return found;
}

/** The answer; undefined when DynamoDB had capacity for none of the items. */
async function readOnce(
  TableName: string,
  Keys: Record<string, AttributeValue>[],
): Promise<BatchGetItemCommandOutput | undefined> {
  const RequestItems = { [TableName]: { Keys, ConsistentRead: true } };
  try {
    return await dynamodb.send(new BatchGetItemCommand({ RequestItems }));
  } catch (error) {
    if (isThrottlingError(error as Parameters<typeof isThrottlingError>[0])) return undefined;
    throw error;
  }
}
