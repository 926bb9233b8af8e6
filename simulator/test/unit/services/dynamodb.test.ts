import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Account } from '../../../account';
import { SimulatorError } from '../../../errors';
import type { DynamoDb, WorldTable } from '../../../services/dynamodb';

const TableName = 'Waits';
const HOUR = 3600;
const HASH_ONLY: WorldTable = { TableName, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] };

let account: Account;
let dynamodb: DynamoDb;

function start(consistencyDelaySeconds = 0, seed = 1): void {
  account = new Account({ seed, consistencyDelaySeconds });
  dynamodb = account.region().dynamodb;
}

function passes(seconds: number): Promise<void> {
  return account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
}

function get(id: string, ConsistentRead = true): Record<string, AttributeValue> | undefined {
  return dynamodb.GetItem({ TableName, Key: { id: { S: id } }, ConsistentRead }).Item;
}

function put(id: string, attributes: Record<string, AttributeValue> = {}): void {
  dynamodb.PutItem({ TableName, Item: { id: { S: id }, ...attributes } });
}

/** What a request answers when it is refused. */
function refusal(request: () => unknown): { code?: string; message?: string } {
  try {
    request();
  } catch (error) {
    return error as { code?: string; message?: string };
  }
  throw new Error('The request was not refused');
}

beforeEach(() => start());
afterEach(() => account.close());

describe('A table', () => {
  const create = () =>
    dynamodb.CreateTable({
      TableName,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
  const status = () => dynamodb.DescribeTable({ TableName }).Table?.TableStatus;

  it('is CREATING for some seconds, and until it is ACTIVE its items cannot be used', async () => {
    create();
    const early = refusal(() => put('1'));

    expect(status()).toBe('CREATING');
    expect(early).toMatchObject({ code: 'ResourceNotFoundException', message: 'Requested resource not found' });
    await passes(30);
    expect(status()).toBe('ACTIVE');
    put('1');
  });

  it('cannot be deleted while it is being created', () => {
    create();

    expect(refusal(() => dynamodb.DeleteTable({ TableName }))).toMatchObject({
      code: 'ResourceInUseException',
      message: 'Attempt to change a resource which is still in use: Table is being created: Waits',
    });
  });

  it('is DELETING for some seconds and then gone, and its name is free again', async () => {
    dynamodb.load([HASH_ONLY]);

    dynamodb.DeleteTable({ TableName });

    expect(status()).toBe('DELETING');
    expect(refusal(create)).toMatchObject({ code: 'ResourceInUseException' });
    expect(refusal(() => get('1'))).toMatchObject({ code: 'ResourceNotFoundException' });
    await passes(30);
    expect(refusal(status)).toMatchObject({ code: 'ResourceNotFoundException' });
    create();
  });

  it('is UPDATING after a change, and refuses another one until it is ACTIVE', async () => {
    dynamodb.load([HASH_ONLY]);

    dynamodb.UpdateTable({ TableName, DeletionProtectionEnabled: true });

    expect(refusal(() => dynamodb.UpdateTable({ TableName, DeletionProtectionEnabled: false }))).toMatchObject({
      code: 'ResourceInUseException',
    });
    put('1');
    await passes(30);
    expect(dynamodb.DescribeTable({ TableName }).Table).toMatchObject({
      TableStatus: 'ACTIVE',
      DeletionProtectionEnabled: true,
    });
  });

  it('counts its items only about every six hours', async () => {
    dynamodb.load([HASH_ONLY]);
    put('1');
    const count = () => dynamodb.DescribeTable({ TableName }).Table?.ItemCount;

    expect(count()).toBe(0);
    await passes(6 * HOUR);
    expect(count()).toBe(1);
  });

  it('is found by its ARN as well as by its name', () => {
    dynamodb.load([HASH_ONLY]);
    put('1');

    const found = dynamodb.GetItem({
      TableName: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Waits',
      Key: { id: { S: '1' } },
    });

    expect(found.Item).toEqual({ id: { S: '1' } });
  });

  it('of another region is a gap in the simulation', () => {
    const TableArn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/Waits';

    expect(() => dynamodb.DescribeTable({ TableName: TableArn })).toThrow(SimulatorError);
  });

  it('can be read through a new index only when that index is ACTIVE', async () => {
    dynamodb.load([HASH_ONLY]);
    put('1', { state: { S: 'OPEN' } });
    const query = () =>
      dynamodb.Query({
        TableName,
        IndexName: 'ByState',
        KeyConditionExpression: '#s = :open',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':open': { S: 'OPEN' } },
      }).Items;

    dynamodb.UpdateTable({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'state', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'ByState',
            KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
    });

    expect(refusal(query)).toMatchObject({
      code: 'ValidationException',
      message: 'Cannot read from backfilling global secondary index: ByState',
    });
    await passes(HOUR);
    expect(query()).toHaveLength(1);
  });
});

describe('Time to live', () => {
  beforeEach(() => dynamodb.load([{ ...HASH_ONLY, TimeToLiveAttribute: 'expires' }]));
  const inAnHour = () => String(Math.floor(account.clock.epochSeconds) + HOUR);

  it('deletes an item some time within 48 hours after it expires, not before', async () => {
    put('1', { expires: { N: inAnHour() } });

    await passes(HOUR - 1);
    expect(get('1')).toBeDefined();
    await passes(48 * HOUR + 2);
    expect(get('1')).toBeUndefined();
  });

  it('leaves expired items to be seen until they are deleted', async () => {
    for (let id = 0; id < 20; id++) put(String(id), { expires: { N: inAnHour() } });

    await passes(12 * HOUR);

    const left = dynamodb.Scan({ TableName }).Count;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(20);
  });

  it('never deletes an item whose attribute is not a number', async () => {
    put('1', { expires: { S: inAnHour() } });

    await passes(100 * HOUR);

    expect(get('1')).toBeDefined();
  });

  it('goes by what an item says last', async () => {
    put('1', { expires: { N: inAnHour() } });
    put('1');

    await passes(100 * HOUR);

    expect(get('1')).toBeDefined();
  });

  it('takes an hour to be changed, and refuses another change until then', async () => {
    const off = { TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: 'expires' } };
    dynamodb.UpdateTimeToLive(off);

    expect(dynamodb.DescribeTimeToLive({ TableName }).TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLING');
    expect(refusal(() => dynamodb.UpdateTimeToLive(off))).toMatchObject({
      code: 'ValidationException',
      message: 'Time to live has been modified multiple times within a fixed interval',
    });
    await passes(HOUR);
    expect(refusal(() => dynamodb.UpdateTimeToLive(off)).message).toBe('TimeToLive is already disabled');
  });
});

describe('Consistency', () => {
  const INDEXED: WorldTable = {
    ...HASH_ONLY,
    GlobalSecondaryIndexes: [
      {
        IndexName: 'ByState',
        KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  };

  beforeEach(() => {
    account.close();
    start(10);
    dynamodb.load([INDEXED]);
  });

  it('is immediate for a consistent read', () => {
    put('1');

    expect(get('1')).toBeDefined();
  });

  it('comes with time for other reads, which see the old state now and then', async () => {
    put('1');

    const seen = Array.from({ length: 50 }, () => get('1', false) !== undefined);
    await passes(10);
    const later = Array.from({ length: 50 }, () => get('1', false) !== undefined);

    expect(new Set(seen)).toEqual(new Set([true, false]));
    expect(new Set(later)).toEqual(new Set([true]));
  });

  it('comes with time for a global secondary index', async () => {
    put('1', { state: { S: 'OPEN' } });
    const count = () => dynamodb.Scan({ TableName, IndexName: 'ByState' }).Count;

    expect(count()).toBe(0);
    await passes(10);
    expect(count()).toBe(1);
  });
});

describe('A local secondary index', () => {
  beforeEach(() => {
    dynamodb.load([
      {
        TableName,
        KeySchema: [
          { AttributeName: 'run', KeyType: 'HASH' },
          { AttributeName: 'step', KeyType: 'RANGE' },
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: 'ByState',
            KeySchema: [
              { AttributeName: 'run', KeyType: 'HASH' },
              { AttributeName: 'state', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
        Items: [
          { run: 'a', step: '1', state: 'OPEN', note: 'x' },
          { run: 'a', step: '2', state: 'CLOSED', note: 'x' },
          { run: 'a', step: '3', state: 'OPEN', note: 'x' },
          { run: 'a', step: '4' },
        ],
      },
    ]);
  });
  const query = {
    TableName,
    IndexName: 'ByState',
    KeyConditionExpression: 'run = :run',
    ExpressionAttributeValues: { ':run': { S: 'a' } },
    ConsistentRead: true,
  };

  it('orders a partition by another key, and fetches what it does not hold when asked to', () => {
    const keys = dynamodb.Query(query).Items;
    const whole = dynamodb.Query({ ...query, Select: 'ALL_ATTRIBUTES' }).Items;

    expect(keys?.map((item) => item.step?.S)).toEqual(['2', '1', '3']);
    expect(keys?.[0]).toEqual({ run: { S: 'a' }, step: { S: '2' }, state: { S: 'CLOSED' } });
    expect(whole?.[0]?.note).toEqual({ S: 'x' });
  });

  it('continues between items of equal keys, in both directions', () => {
    const steps = (ScanIndexForward: boolean) => {
      const seen: (string | undefined)[] = [];
      let page = dynamodb.Query({ ...query, ScanIndexForward, Limit: 1 });
      while (page.LastEvaluatedKey) {
        seen.push(page.Items?.[0]?.step?.S);
        page = dynamodb.Query({ ...query, ScanIndexForward, Limit: 1, ExclusiveStartKey: page.LastEvaluatedKey });
      }
      return seen;
    };

    expect(steps(true)).toEqual(['2', '1', '3']);
    expect(steps(false)).toEqual(['3', '1', '2']);
  });
});

describe('A transaction', () => {
  beforeEach(() => dynamodb.load([HASH_ONLY]));
  const increment = (id: string) => ({
    Update: {
      TableName,
      Key: { id: { S: id } },
      UpdateExpression: 'ADD visits :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  });

  it('with a token that was used in the last ten minutes changes nothing again', async () => {
    const request = { ClientRequestToken: 'token', TransactItems: [increment('1')] };

    dynamodb.TransactWriteItems(request);
    dynamodb.TransactWriteItems(request);
    expect(get('1')?.visits).toEqual({ N: '1' });

    await passes(11 * 60);
    dynamodb.TransactWriteItems(request);
    expect(get('1')?.visits).toEqual({ N: '2' });
  });

  it('with the token of another transaction is refused', () => {
    dynamodb.TransactWriteItems({ ClientRequestToken: 'token', TransactItems: [increment('1')] });

    const other = { ClientRequestToken: 'token', TransactItems: [increment('2')] };

    expect(refusal(() => dynamodb.TransactWriteItems(other)).code).toBe('IdempotentParameterMismatchException');
  });

  it('is cancelled by an update that cannot be made', () => {
    put('1', { visits: { S: 'many' } });

    const error = refusal(() => dynamodb.TransactWriteItems({ TransactItems: [increment('1'), increment('2')] }));

    expect(error).toMatchObject({
      code: 'TransactionCanceledException',
      fields: {
        CancellationReasons: [
          { Code: 'ValidationError', Message: 'An operand in the update expression has an incorrect data type' },
          { Code: 'None' },
        ],
      },
    });
    expect(get('2')).toBeUndefined();
  });
});

describe('Permissions', () => {
  const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Waits';

  it('are asked for on the table', () => {
    expect(dynamodb.access('GetItem', { TableName })).toMatchObject([{ action: 'dynamodb:GetItem', resource: table }]);
  });

  it('are asked for on the index that a query reads', () => {
    expect(dynamodb.access('Query', { TableName, IndexName: 'ByState' })).toMatchObject([
      { action: 'dynamodb:Query', resource: `${table}/index/ByState` },
    ]);
  });

  it('of a transaction are those of its items', () => {
    const key = { Key: { id: { S: '1' } }, TableName };

    const access = dynamodb.access('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName, Item: key.Key } },
        { Put: { TableName, Item: { id: { S: '2' } } } },
        { Delete: key },
        { Update: key },
        { ConditionCheck: { ...key, ConditionExpression: 'attribute_exists(id)' } },
      ],
    });

    expect(access).toEqual(
      ['PutItem', 'DeleteItem', 'UpdateItem', 'ConditionCheckItem'].map((action) => ({
        action: `dynamodb:${action}`,
        resource: table,
      })),
    );
  });

  it('of a batch are asked for on each table', () => {
    const access = dynamodb.access('BatchGetItem', { RequestItems: { Waits: {}, Runs: {} } });

    expect(access.map(({ resource }) => resource)).toEqual([table, table.replace('Waits', 'Runs')]);
  });
});

describe('Point-in-time recovery', () => {
  it('reaches back to when it was turned on, and up to five minutes ago', async () => {
    dynamodb.load([HASH_ONLY]);
    dynamodb.UpdateContinuousBackups({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    const enabledAt = account.clock.now;

    await passes(HOUR);

    const { ContinuousBackupsDescription } = dynamodb.DescribeContinuousBackups({ TableName });
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toEqual({
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: new Date(enabledAt),
      LatestRestorableDateTime: new Date(account.clock.now - 5 * 60 * 1000),
    });
  });
});

describe('The world file', () => {
  it('gives back what it was given, in the order of names and keys', () => {
    const runs: WorldTable = {
      TableName: 'Runs',
      KeySchema: [
        { AttributeName: 'workflow', KeyType: 'HASH' },
        { AttributeName: 'number', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'workflow', AttributeType: 'S' },
        { AttributeName: 'number', AttributeType: 'N' },
      ],
      DeletionProtectionEnabled: true,
      TimeToLiveAttribute: 'expires',
      PointInTimeRecoveryEnabled: true,
      PointInTimeRecoveryEnabledAt: '2026-11-20T22:00:00.000Z',
      Tags: [{ Key: 'team', Value: 'data' }],
      Items: [
        { number: 2, workflow: 'a', nothing: null, yes: true },
        { number: 10, workflow: 'a', list: [1, 'two', { three: 3 }] },
        { names: { $dynamodb: { SS: ['x'] } }, number: 1, workflow: 'b' },
      ],
    };
    const waits: WorldTable = { ...HASH_ONLY, Items: [{ id: '1' }] };

    dynamodb.load([waits, runs]);

    expect(dynamodb.snapshot()).toEqual([
      runs,
      { ...waits, AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] },
    ]);
  });

  it('is the same for the same history', () => {
    const history = () => {
      dynamodb.load([HASH_ONLY]);
      for (let id = 0; id < 50; id++) put(String(id % 20), { round: { N: String(id) } });
      return JSON.stringify([dynamodb.snapshot(), dynamodb.Scan({ TableName, Limit: 7 })]);
    };

    const first = history();
    account.close();
    start();

    expect(history()).toBe(first);
  });

  it('brings items that a table counts', () => {
    dynamodb.load([{ ...HASH_ONLY, Items: [{ id: '1' }, { id: '2' }] }]);

    expect(dynamodb.DescribeTable({ TableName }).Table?.ItemCount).toBe(2);
  });
});

describe('A parameter that is not simulated', () => {
  it.each(['Expected', 'ConditionalOperator', 'AttributesToGet'])('%s ends the run', (name) => {
    dynamodb.load([HASH_ONLY]);
    const request = { TableName, Item: { id: { S: '1' } }, Key: { id: { S: '1' } }, [name]: {} };

    expect(() => dynamodb.PutItem(request)).toThrow(SimulatorError);
    expect(() => dynamodb.GetItem(request)).toThrow(SimulatorError);
  });
});

describe('Values', () => {
  beforeEach(() => dynamodb.load([HASH_ONLY]));

  it.each([
    ['1.50', '1.5'],
    ['1E3', '1000'],
    ['-0', '0'],
    ['007', '7'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  ])('the number %s is stored as %s', (given, stored) => {
    put('1', { number: { N: given } });

    expect(get('1')?.number).toEqual({ N: stored });
  });

  it.each([
    [{ N: 'one' }, 'The parameter cannot be converted to a numeric value: one'],
    [{ N: '1e126' }, 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    [{ SS: [] }, 'One or more parameter values were invalid: An string set  may not be empty'],
    [{ NS: ['1', '1.0'] }, 'Input collection contains duplicates'],
  ])('%j is refused', (value, message) => {
    expect(refusal(() => put('1', { value: value as AttributeValue })).message).toBe(message);
  });

  it('sums are exact', () => {
    put('1', { sum: { N: '0.1' } });

    dynamodb.UpdateItem({
      TableName,
      Key: { id: { S: '1' } },
      UpdateExpression: 'SET #s = #s + :x',
      ExpressionAttributeNames: { '#s': 'sum' },
      ExpressionAttributeValues: { ':x': { N: '0.2' } },
    });

    expect(get('1')?.sum).toEqual({ N: '0.3' });
  });

  it('a cached expression takes the values of each request', () => {
    put('1', { state: { S: 'OPEN' } });
    const matches = (state: string) =>
      dynamodb.Scan({
        TableName,
        FilterExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': { S: state } },
      }).Count;

    expect([matches('OPEN'), matches('CLOSED'), matches('OPEN')]).toEqual([1, 0, 1]);
  });

  it('a range whose bounds are the wrong way round is refused, also after one that was right', () => {
    const between = (low: string, high: string) =>
      dynamodb.Scan({
        TableName,
        FilterExpression: 'visits BETWEEN :low AND :high',
        ExpressionAttributeValues: { ':low': { N: low }, ':high': { N: high } },
      });

    between('1', '2');

    expect(refusal(() => between('2', '1')).message).toMatch(
      /BETWEEN operator requires upper bound to be greater than or equal to lower bound/,
    );
  });
});
