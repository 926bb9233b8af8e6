import type { PinnedDoubts } from '../../../doubts';
import type { WorldTable } from '../../../services/dynamodb';
import { DynamoDbAccount } from './dynamodb-account';

const TABLE: WorldTable = {
  TableName: 'Small',
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'place', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'place', AttributeType: 'N' },
    { AttributeName: 'other', AttributeType: 'S' },
  ],
};
const PROVISIONED = {
  BillingMode: 'PROVISIONED' as const,
  ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 3 },
};

let aws: DynamoDbAccount;

function open(parts: Partial<WorldTable> = {}, doubts: PinnedDoubts = {}): void {
  aws = new DynamoDbAccount({ doubts });
  aws.dynamodb.load([{ ...TABLE, ...parts }]);
}

afterEach(() => aws.close());

const key = (id: string, place = 0) => ({ id: { S: id }, place: { N: String(place) } });
const put = (id: string, place = 0, bytes = 1) =>
  aws.dynamodb.PutItem({ TableName: 'Small', Item: { ...key(id, place), text: { S: 'x'.repeat(bytes) } } });
const get = (id: string, ConsistentRead = true) =>
  aws.dynamodb.GetItem({ TableName: 'Small', Key: key(id), ConsistentRead });

/** How often it can be done before it is refused, and with what. */
function until(act: (index: number) => unknown, most = 5000) {
  for (let count = 0; count < most; count += 1) {
    try {
      act(count);
    } catch (error) {
      const { code, fields } = error as { code: string; fields: { ThrottlingReasons?: { reason: string }[] } };
      return { count, code, reason: fields.ThrottlingReasons?.[0]?.reason };
    }
  }
  return { count: most };
}

describe('The capacity of a table', () => {
  it('lets so many writes through a second as units are provisioned, and as many in the next one', async () => {
    open(PROVISIONED);
    const refused = {
      count: 3,
      code: 'ProvisionedThroughputExceededException',
      reason: 'TableWriteProvisionedThroughputExceeded',
    };
    expect(until((index) => put(`a${index}`))).toEqual(refused);
    await aws.passes(1);
    expect(until((index) => put(`b${index}`))).toEqual(refused);
  });

  it('saves five minutes of what is not used, where AWS does', () => {
    open(PROVISIONED, { 'dynamodb.burstCapacity': 'fiveMinutes' });
    expect(until((index) => put(`a${index}`)).count).toBe(900);
  });

  it('counts a kilobyte of the larger image as a unit, admits while anything is left, and takes back what was lent', async () => {
    open(PROVISIONED);
    put('a', 0, 5 * 1024);
    expect(aws.refusal(() => put('a', 0, 1)).code).toBe('ProvisionedThroughputExceededException');
    await aws.passes(1.1);
    // Small after, but six kilobytes before.
    put('a', 0, 1);
    await aws.passes(1.1);
    expect(aws.refusal(() => put('b')).code).toBe('ProvisionedThroughputExceededException');
    await aws.passes(1);
    put('b');
  });

  it('takes a unit for a write whose condition fails, and looks at the capacity first', () => {
    open(PROVISIONED);
    put('a');
    const again = () =>
      aws.dynamodb.PutItem({ TableName: 'Small', Item: key('a'), ConditionExpression: 'attribute_not_exists(id)' });
    expect(aws.refusal(again).code).toBe('ConditionalCheckFailedException');
    expect(aws.refusal(again).code).toBe('ConditionalCheckFailedException');
    expect(aws.refusal(again).code).toBe('ProvisionedThroughputExceededException');
  });

  it('counts an eventually consistent read as half a unit', () => {
    open(PROVISIONED);
    expect(until(() => get('a')).count).toBe(2);
    aws.close();
    open(PROVISIONED);
    expect(until(() => get('a', false))).toEqual({
      count: 4,
      code: 'ProvisionedThroughputExceededException',
      reason: 'TableReadProvisionedThroughputExceeded',
    });
    expect(aws.refusal(() => aws.dynamodb.Scan({ TableName: 'Small' })).code).toBe(
      'ProvisionedThroughputExceededException',
    );
  });

  it('answers a batch with what found capacity, and refuses it when nothing did', () => {
    open({ ...PROVISIONED, Items: ['a', 'b', 'c'].map((id) => ({ id, place: 0 })) });
    const batch = () =>
      aws.dynamodb.BatchGetItem({
        RequestItems: { Small: { Keys: ['a', 'b', 'c'].map((id) => key(id)), ConsistentRead: true } },
      });
    const { Responses, UnprocessedKeys } = batch();
    expect(Responses?.Small).toHaveLength(2);
    expect(UnprocessedKeys?.Small).toEqual({ Keys: [key('c')], ConsistentRead: true });
    expect(aws.refusal(batch).code).toBe('ProvisionedThroughputExceededException');

    const writes = ['d', 'e', 'f', 'g'].map((id) => ({ PutRequest: { Item: key(id) } }));
    expect(aws.dynamodb.BatchWriteItem({ RequestItems: { Small: writes } }).UnprocessedItems).toEqual({
      Small: [writes[3]],
    });
  });

  it('on demand has a maximum only where one is set', () => {
    open({ OnDemandThroughput: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: 2 } });
    expect(until((index) => put(`a${index}`))).toEqual({
      count: 2,
      code: 'ThrottlingException',
      reason: 'TableWriteMaxOnDemandThroughputExceeded',
    });
    expect(until(() => get('a'), 2000)).toEqual({ count: 2000 });
  });

  it('of one partition key ends at 1,000 writes a second, while other keys are written', async () => {
    open();
    expect(until((index) => put('hot', index))).toEqual({
      count: 1000,
      code: 'ThrottlingException',
      reason: 'TableWriteKeyRangeThroughputExceeded',
    });
    put('cold');
    await aws.passes(1);
    put('hot');
  });
});

describe('An item that a transaction has', () => {
  it('cannot be written by others meanwhile, alone or in another transaction', async () => {
    open();
    aws.dynamodb.durations.transaction = 1;
    const transact = (...ids: string[]) =>
      aws.dynamodb.TransactWriteItems({
        TransactItems: ids.map((id) => ({ Put: { TableName: 'Small', Item: key(id) } })),
      });
    transact('a');
    expect(aws.refusal(() => put('a')).code).toBe('TransactionConflictException');
    expect(aws.refusal(() => transact('a', 'b'))).toMatchObject({
      code: 'TransactionCanceledException',
      message: expect.stringContaining('[TransactionConflict, None]'),
    });
    put('b');
    await aws.passes(1);
    put('a');
  });
});

describe('An item collection beyond 10 GB', () => {
  it('of a table with a local index cannot grow, and may shrink', () => {
    open({
      LocalSecondaryIndexes: [
        {
          IndexName: 'ByOther',
          KeySchema: [
            { AttributeName: 'id', KeyType: 'HASH' },
            { AttributeName: 'other', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
    const table = aws.dynamodb.tables.get('Small');
    if (table) table.mostCollectionBytes = 3000;
    put('full', 1, 1500);
    put('full', 2, 1400);
    const { code } = aws.refusal(() => put('full', 3, 1000));
    expect(code).toBe('ItemCollectionSizeLimitExceededException');
    expect(aws.refusal(() => put('full', 2, 2000)).code).toBe(code);
    put('full', 2, 100);
    put('other', 3, 1000);
  });
});
