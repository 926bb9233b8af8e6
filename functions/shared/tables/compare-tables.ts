import {
  type AttributeValue,
  GetItemCommand,
  type KeySchemaElement,
  ScanCommand,
  type ScanCommandOutput,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../clients/dynamodb-control';
import { sleep } from '../clock';
import { hasName } from '../error-name';
import { TransientServiceError } from '../errors';
import { digestOf, type Item } from './compare-items';

/** A page of a scan is 1 MB. Larger tables are not counted to the end, only sampled. */
const COUNTED_PAGES = 200;
const LONGEST_PAUSE_SECONDS = 4;
const SAMPLE_SEGMENTS = 10;
const SAMPLE_PER_SEGMENT = 10;
const SAMPLE_BYTES = 64 * 1024;
const DIGEST_BYTES = 44;

/** A scan's consistent read of 4 KB costs one unit, rounded up once a page (Guide: Read capacity unit). */
const BYTES_PER_UNIT = 4096;

/** How many items a table has and how large they are: measured, as DescribeTable's figures are up to six hours old. */
export interface ItemCount {
  items: number;
  /** To 4 KB a page. */
  sizeBytes: number;
  pages: number;
  /** False when the table is larger than what is counted: then there are at least so many. */
  isComplete: boolean;
}

/**
 * Counts and measures a table's items by reading up to about 200 MB. Stops where the table's capacity ends, so that its
 * users are not throttled. The count is then not complete; that is no failure.
 */
export async function countItems(TableName: string): Promise<ItemCount> {
  const count: ItemCount = { items: 0, sizeBytes: 0, pages: 0, isComplete: false };
  let ExclusiveStartKey: Item | undefined;
  while (count.pages < COUNTED_PAGES) {
    const answer = await countPage(TableName, ExclusiveStartKey);
    if (!answer) return count;
    count.pages += 1;
    count.items += answer.Count ?? 0;
    if (answer.Count) count.sizeBytes += (answer.ConsumedCapacity?.CapacityUnits ?? 0) * BYTES_PER_UNIT;
    ExclusiveStartKey = answer.LastEvaluatedKey;
    if (!ExclusiveStartKey) return { ...count, isComplete: true };
  }
  return count;
}

/** How two counts differ, in words. Undefined when they are equal, or when one is not complete. */
export function differenceOf(here: ItemCount, there: ItemCount): string | undefined {
  if (!here.isComplete || !there.isComplete) return undefined;
  if (here.items !== there.items) return `${here.items} items instead of ${there.items}`;
  // Pages may end elsewhere, and each is rounded up.
  const tolerance = (here.pages + there.pages) * BYTES_PER_UNIT;
  if (Math.abs(here.sizeBytes - there.sizeBytes) <= tolerance) return undefined;
  return `${here.sizeBytes} bytes instead of ${there.sizeBytes}`;
}

async function countPage(
  TableName: string,
  ExclusiveStartKey: Item | undefined,
): Promise<ScanCommandOutput | undefined> {
  try {
    return await patiently(() =>
      dynamodb.send(
        new ScanCommand({
          TableName,
          Select: 'COUNT',
          ConsistentRead: true,
          ReturnConsumedCapacity: 'TOTAL',
          ExclusiveStartKey,
        }),
      ),
    );
  } catch (error) {
    if (error instanceof TransientServiceError) return undefined;
    throw error;
  }
}

/** Repeats a read for some seconds while the table's capacity is used up. Throws TransientServiceError after that. */
async function patiently<T>(read: () => Promise<T>): Promise<T> {
  for (let pauseSeconds = 1; ; pauseSeconds *= 2) {
    try {
      return await read();
    } catch (error) {
      if (!hasName(error, 'ProvisionedThroughputExceededException')) throw error;
      if (pauseSeconds > LONGEST_PAUSE_SECONDS) throw new TransientServiceError((error as Error).message);
      await sleep(pauseSeconds);
    }
  }
}

/** The keys with their types as text, for comparisons. A key schema alone has no types. */
export function keysOf({ KeySchema = [], AttributeDefinitions = [] }: TableDescription): string {
  const typeOf = (name = '') => AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return KeySchema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName} (${typeOf(AttributeName)})`).join(
    ', ',
  );
}

/** Items from ten places of the table's key space. */
async function sampleItems(TableName: string): Promise<Item[]> {
  const sample: Item[] = [];
  for (let Segment = 0; Segment < SAMPLE_SEGMENTS; Segment += 1) {
    const { Items } = await patiently(() =>
      dynamodb.send(
        new ScanCommand({
          TableName,
          Segment,
          TotalSegments: SAMPLE_SEGMENTS,
          Limit: SAMPLE_PER_SEGMENT,
          ConsistentRead: true,
        }),
      ),
    );
    sample.push(...(Items ?? []));
  }
  return sample;
}

/** Some items of a table as they were when they were read: the key of each, and a digest of the item. */
export type Sample = { key: Item; digest: string }[];

/** A sample that can be kept in a record, which holds 400 KB. Keys may have 3 KB each: these then leave out others. */
export async function sampleOf(TableName: string, keySchema: KeySchemaElement[]): Promise<Sample> {
  const sample: Sample = [];
  let left = SAMPLE_BYTES;
  for (const item of await sampleItems(TableName)) {
    const key = Object.fromEntries(
      keySchema.map(({ AttributeName = '' }) => [AttributeName, item[AttributeName] as AttributeValue]),
    );
    left -= textOfKey(key).length + DIGEST_BYTES;
    if (left < 0) return sample;
    sample.push({ key, digest: digestOf(item) });
  }
  return sample;
}

/** The keys (as JSON) of those sampled items that the table lacks or has otherwise. Reads only. */
export async function findDifferences(
  sample: Sample,
  TableName: string,
): Promise<{ sampled: number; missing: string[]; changed: string[] }> {
  const missing: string[] = [];
  const changed: string[] = [];
  for (const { key: Key, digest } of sample) {
    const { Item: item } = await patiently(() =>
      dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })),
    );
    if (!item) missing.push(textOfKey(Key));
    else if (digestOf(item) !== digest) changed.push(textOfKey(Key));
  }
  return { sampled: sample.length, missing, changed };
}

function textOfKey(key: Item): string {
  return JSON.stringify(key);
}
