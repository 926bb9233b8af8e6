import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../shared/clients/dynamodb';
import { changeOf, collect, queryAll } from '../shared/items';
import { RUNS_TABLE } from '../shared/runs/runs';

/** One item for each resource that was tested, under a name that is no run. */
interface TestedItem {
  runId: string;
  /** The resource's ARN. */
  item: string;
  firstTestAt: number;
  lastTestAt: number;
  lastGoodAt?: number;
}

const HISTORY = 'restore-tests';
const PLAN = 'plan';
const DAY_SECONDS = 24 * 3600;
/** A resource that is not tested any more is remembered so long: first it rings, then it is forgotten. */
const REMEMBERED_SECONDS = 400 * DAY_SECONDS;

/** Remembers the last test of a resource, and the last good one. Safe to repeat. */
export async function noteTest(resource: string, at: number, isGood: boolean): Promise<void> {
  await tables.send(
    new UpdateCommand({
      TableName: RUNS_TABLE,
      Key: { runId: HISTORY, item: resource },
      ...changeOf({
        set: { lastTestAt: at, expiresAt: at + REMEMBERED_SECONDS, ...(isGood && { lastGoodAt: at }) },
        setOnce: { firstTestAt: at },
      }),
    }),
  );
}

/** The resources that were tested; `since` is when the first review of this plan was made. */
export async function readHistory(now: number): Promise<{ tested: TestedItem[]; since: number }> {
  const query = {
    TableName: RUNS_TABLE,
    KeyConditionExpression: 'runId = :history',
    ExpressionAttributeValues: { ':history': HISTORY },
  };
  const items = await collect(queryAll<TestedItem>(query));
  return { tested: items.filter(({ item }) => item !== PLAN), since: await readSince(now) };
}

async function readSince(now: number): Promise<number> {
  const Key = { runId: HISTORY, item: PLAN };
  const { Item } = await tables.send(new GetCommand({ TableName: RUNS_TABLE, Key }));
  if (Item) return Number(Item.since);
  await tables.send(new PutCommand({ TableName: RUNS_TABLE, Item: { ...Key, since: now } }));
  return now;
}
