import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  GetItemCommand,
  type KeySchemaElement,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';

type Item = Record<string, AttributeValue>;

/** A page of a scan is 1 MB; so many are counted to the end, more only sampled. */
const COUNTED_PAGES = 200;
const SAMPLE_SEGMENTS = 10;
const SAMPLE_PER_SEGMENT = 10;

/** How many items a table has, counted and not as DescribeTable says it (that figure is up to six hours old). */
export interface ItemCount {
  items: number;
  /** False when the table is larger than what is counted: then there are at least so many. */
  isComplete: boolean;
}

/**
 * Counts a table's items by reading it, up to about 200 MB, and no further than its capacity goes: a table with little
 * of it must not be slowed down for its users, nor the run fail for that.
 */
export async function countItems(TableName: string): Promise<ItemCount> {
  let items = 0;
  let ExclusiveStartKey: Item | undefined;
  for (let page = 0; page < COUNTED_PAGES; page += 1) {
    const answer = await countPage(TableName, ExclusiveStartKey);
    if (!answer) return { items, isComplete: false };
    items += answer.Count ?? 0;
    ExclusiveStartKey = answer.LastEvaluatedKey;
    if (!ExclusiveStartKey) return { items, isComplete: true };
  }
  return { items, isComplete: false };
}

async function countPage(
  TableName: string,
  ExclusiveStartKey: Item | undefined,
): Promise<ScanCommandOutput | undefined> {
  try {
    return await dynamodb.send(
      new ScanCommand({ TableName, Select: 'COUNT', ConsistentRead: true, ExclusiveStartKey }),
    );
  } catch (error) {
    if ((error as Error).name === 'ProvisionedThroughputExceededException') return undefined;
    throw error;
  }
}

/** Items from ten places of the table's key space. */
export async function sampleItems(TableName: string): Promise<Item[]> {
  const sample: Item[] = [];
  for (let Segment = 0; Segment < SAMPLE_SEGMENTS; Segment += 1) {
    const { Items } = await dynamodb.send(
      new ScanCommand({
        TableName,
        Segment,
        TotalSegments: SAMPLE_SEGMENTS,
        Limit: SAMPLE_PER_SEGMENT,
        ConsistentRead: true,
      }),
    );
    sample.push(...(Items ?? []));
  }
  return sample;
}

/** How many of a sample of `from`'s items are missing in `to` or differ there. */
export async function countDifferences(
  from: string,
  to: string,
  keySchema: KeySchemaElement[],
): Promise<{ sampled: number; different: number }> {
  const sample = await sampleItems(from);
  let different = 0;
  for (const item of sample) {
    const Key = Object.fromEntries(
      keySchema.map(({ AttributeName = '' }) => [AttributeName, item[AttributeName] as AttributeValue]),
    );
    const { Item: other } = await dynamodb.send(new GetItemCommand({ TableName: to, Key, ConsistentRead: true }));
    if (!isDeepStrictEqual(item, other)) different += 1;
  }
  return { sampled: sample.length, different };
}
