import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type Image, imageOf, toAttributes } from '../../../../../functions/dynamodb-restore/item-restore/images';
import type { Entry } from '../../../../../functions/dynamodb-restore/item-restore/journal';
import { commandOf, writeOf } from '../../../../../functions/dynamodb-restore/item-restore/write';
import { Account } from '../../../../../simulator/account';

const keys = { Id: { S: '1' }, At: { N: '7' } };
const item = (attributes: Image = {}): Image => ({ ...keys, ...attributes });
const good = item({ Price: { N: '10' }, Tags: { SS: ['a', 'b'] } });
const bad = item({ Price: { N: '-1' }, Junk: { L: [{ M: { B: { B: 'AQI=' } } }] } });

let account: Account;

beforeEach(() => {
  account = new Account();
  const KeySchema = [
    { AttributeName: 'Id', KeyType: 'HASH' as const },
    { AttributeName: 'At', KeyType: 'RANGE' as const },
  ];
  const AttributeDefinitions = [
    { AttributeName: 'Id', AttributeType: 'S' as const },
    { AttributeName: 'At', AttributeType: 'N' as const },
  ];
  account.region().dynamodb.load([{ TableName: 'Prices', KeySchema, AttributeDefinitions }]);
});
afterEach(() => account.close());

/** Writes an entry where the table holds `now`; returns what it holds then, or the refusal. */
async function write(entry: Entry, now: Image | undefined): Promise<Image | undefined | string> {
  if (now) account.region().dynamodb.PutItem({ TableName: 'Prices', Item: toAttributes(now) });
  const client = account.endpoint.client(DynamoDBClient);
  const command = commandOf(writeOf('Prices', entry));
  try {
    await account.clock.runUntil(client.send(command as never) as Promise<unknown>, 60);
  } catch (error) {
    return (error as Error).name;
  }
  const read = new GetItemCommand({ TableName: 'Prices', Key: toAttributes(keys), ConsistentRead: true });
  const { Item } = await account.clock.runUntil(client.send(read), 60);
  return Item && imageOf(Item);
}

const REFUSED = 'ConditionalCheckFailedException';

describe('The write of an entry', () => {
  it('puts changed attributes back', async () => {
    expect(await write({ keys, before: bad, after: good }, bad)).toEqual(good);
  });

  it('puts a deleted item back, and deletes an inserted one', async () => {
    expect(await write({ keys, after: good }, undefined)).toEqual(good);
    expect(await write({ keys, before: good }, undefined)).toBeUndefined();
  });

  it('is refused when an attribute that it changes is not as the journal has it', async () => {
    expect(await write({ keys, before: bad, after: good }, { ...bad, Price: { N: '5' } })).toBe(REFUSED);
    expect(await write({ keys, before: bad, after: good }, { ...bad, Tags: { SS: ['new'] } })).toBe(REFUSED);
  });

  it('leaves an attribute alone that it does not change', async () => {
    const since = { ...bad, Note: { S: 'since' } };
    expect(await write({ keys, before: bad, after: good }, since)).toEqual({ ...good, Note: { S: 'since' } });
  });

  it('makes no part of an item that is gone, and replaces none that is there', async () => {
    const withoutPrice = item();
    expect(await write({ keys, before: withoutPrice, after: good }, undefined)).toBe(REFUSED);
    expect(await write({ keys, after: good }, bad)).toBe(REFUSED);
    expect(await write({ keys, before: bad }, { ...bad, Price: { N: '5' } })).toBe(REFUSED);
  });

  it('always has a condition', () => {
    const entries: Entry[] = [
      { keys, before: bad, after: good },
      { keys, after: good },
      { keys, before: item() },
    ];
    for (const entry of entries)
      expect(writeOf('Prices', entry).input.ConditionExpression).toMatch(/attribute_(not_)?exists/);
  });
});
