import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type ConditionalCheckFailedException,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  TransactGetItemsCommand,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { type Aws, conformance } from './harness';

const TableName = 'Orders';

const ORDERS: CreateTableCommandInput = {
  TableName,
  KeySchema: [
    { AttributeName: 'customer', KeyType: 'HASH' },
    { AttributeName: 'number', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'customer', AttributeType: 'S' },
    { AttributeName: 'number', AttributeType: 'N' },
    { AttributeName: 'status', AttributeType: 'S' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    {
      IndexName: 'ByStatus',
      KeySchema: [
        { AttributeName: 'status', KeyType: 'HASH' },
        { AttributeName: 'number', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

async function createOrders(aws: Aws): Promise<DynamoDBClient> {
  const dynamodb = aws.client(DynamoDBClient);
  await dynamodb.send(new CreateTableCommand(ORDERS));
  await becomesActive(aws, dynamodb);
  return dynamodb;
}

async function becomesActive(aws: Aws, dynamodb: DynamoDBClient): Promise<void> {
  await aws.eventually(async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    return Table?.TableStatus === 'ACTIVE';
  });
}

async function putOrders(dynamodb: DynamoDBClient, customer: string, numbers: number[]): Promise<void> {
  for (const number of numbers) {
    const Item = { customer: { S: customer }, number: { N: String(number) } };
    await dynamodb.send(new PutItemCommand({ TableName, Item }));
  }
}

const key = (customer: string, number: number) => ({ customer: { S: customer }, number: { N: String(number) } });

conformance('DynamoDB', (behaves) => {
  behaves('a table is created with its settings', async (aws) => {
    const dynamodb = await createOrders(aws);

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));

    expect(Table).toMatchObject({
      TableName,
      TableStatus: 'ACTIVE',
      KeySchema: ORDERS.KeySchema,
      ItemCount: 0,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      DeletionProtectionEnabled: false,
    });
    expect(Table?.TableArn).toMatch(/^arn:aws:dynamodb:eu-west-1:\d{12}:table\/Orders$/);
    expect(Table?.GlobalSecondaryIndexes?.[0]).toMatchObject({ IndexName: 'ByStatus', IndexStatus: 'ACTIVE' });
    expect(Table?.CreationDateTime).toBeInstanceOf(Date);
  });

  behaves('a table cannot be created twice', async (aws) => {
    const dynamodb = await createOrders(aws);

    const again = dynamodb.send(new CreateTableCommand(ORDERS));

    await expect(again).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: 'Table already exists: Orders',
    });
  });

  behaves('a table that does not exist cannot be described', async (aws) => {
    const dynamodb = aws.client(DynamoDBClient);

    const describe = dynamodb.send(new DescribeTableCommand({ TableName: 'None' }));

    await expect(describe).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: None not found',
    });
  });

  behaves('an item of a table that does not exist cannot be read', async (aws) => {
    const dynamodb = aws.client(DynamoDBClient);

    const get = dynamodb.send(new GetItemCommand({ TableName: 'None', Key: { id: { S: '1' } } }));

    await expect(get).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
  });

  behaves('a key attribute needs a definition', async (aws) => {
    const dynamodb = aws.client(DynamoDBClient);

    const create = dynamodb.send(new CreateTableCommand({ ...ORDERS, AttributeDefinitions: [] }));

    await expect(create).rejects.toMatchObject({ name: 'ValidationException' });
  });

  behaves('tables are listed in the order of their names, page by page', async (aws) => {
    const dynamodb = aws.client(DynamoDBClient);
    for (const name of ['Charlie', 'Alpha', 'Bravo']) {
      await dynamodb.send(new CreateTableCommand({ ...ORDERS, TableName: name }));
    }

    const first = await dynamodb.send(new ListTablesCommand({ Limit: 2 }));
    const second = await dynamodb.send(
      new ListTablesCommand({ Limit: 2, ExclusiveStartTableName: first.LastEvaluatedTableName }),
    );

    expect(first).toMatchObject({ TableNames: ['Alpha', 'Bravo'], LastEvaluatedTableName: 'Bravo' });
    expect(second.TableNames).toEqual(['Charlie']);
    expect(second.LastEvaluatedTableName).toBeUndefined();
  });

  behaves('deletion protection keeps a table until it is turned off', async (aws) => {
    const dynamodb = await createOrders(aws);
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    await becomesActive(aws, dynamodb);

    await expect(dynamodb.send(new DeleteTableCommand({ TableName }))).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    });

    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await becomesActive(aws, dynamodb);
    await dynamodb.send(new DeleteTableCommand({ TableName }));
    await aws.eventually(async () => {
      const { TableNames } = await dynamodb.send(new ListTablesCommand({}));
      return TableNames?.length === 0;
    });
  });

  behaves('an item comes back as it was put, with numbers in their plain form', async (aws) => {
    const dynamodb = await createOrders(aws);
    const Item = {
      ...key('a', 1),
      text: { S: 'Grüße 😀' },
      bytes: { B: new Uint8Array([0, 255]) },
      yes: { BOOL: true },
      nothing: { NULL: true },
      names: { SS: ['x', 'y'] },
      deep: { M: { list: { L: [{ N: '2' }, { S: 'two' }] } } },
    };

    await dynamodb.send(new PutItemCommand({ TableName, Item }));

    const { Item: stored } = await dynamodb.send(
      new GetItemCommand({ TableName, Key: key('a', 1), ConsistentRead: true }),
    );
    expect(stored).toEqual(Item);
  });

  behaves('an item that is not there is no item', async (aws) => {
    const dynamodb = await createOrders(aws);

    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: key('a', 1) }));

    expect(Item).toBeUndefined();
  });

  behaves('a key must fit the schema', async (aws) => {
    const dynamodb = await createOrders(aws);

    const get = dynamodb.send(new GetItemCommand({ TableName, Key: { customer: { S: 'a' } } }));

    await expect(get).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The provided key element does not match the schema',
    });
  });

  behaves('an item needs its whole key', async (aws) => {
    const dynamodb = await createOrders(aws);

    const put = dynamodb.send(new PutItemCommand({ TableName, Item: { customer: { S: 'a' } } }));

    await expect(put).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'One or more parameter values were invalid: Missing the key number in the item',
    });
  });

  behaves('a key attribute must have its type', async (aws) => {
    const dynamodb = await createOrders(aws);

    const put = dynamodb.send(new PutItemCommand({ TableName, Item: { customer: { S: 'a' }, number: { S: '1' } } }));

    await expect(put).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'One or more parameter values were invalid: Type mismatch for key number expected: N actual: S',
    });
  });

  behaves('a key cannot be empty', async (aws) => {
    const dynamodb = await createOrders(aws);

    const put = dynamodb.send(new PutItemCommand({ TableName, Item: { customer: { S: '' }, number: { N: '1' } } }));

    await expect(put).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: customer',
    });
  });

  behaves('an item has at most 400 KB', async (aws) => {
    const dynamodb = await createOrders(aws);

    const put = dynamodb.send(
      new PutItemCommand({ TableName, Item: { ...key('a', 1), text: { S: 'x'.repeat(400 * 1024) } } }),
    );

    await expect(put).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Item size has exceeded the maximum allowed size',
    });
  });

  behaves('a conditional put that fails can tell what stood in its way', async (aws) => {
    const dynamodb = await createOrders(aws);
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...key('a', 1), owner: { S: 'first' } } }));

    const error: ConditionalCheckFailedException = await dynamodb
      .send(
        new PutItemCommand({
          TableName,
          Item: { ...key('a', 1), owner: { S: 'second' } },
          ConditionExpression: 'attribute_not_exists(customer)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      .catch((caught) => caught);

    expect(error.name).toBe('ConditionalCheckFailedException');
    expect(error.message).toBe('The conditional request failed');
    expect(error.Item).toEqual({ ...key('a', 1), owner: { S: 'first' } });
  });

  behaves('an update makes the item when there is none', async (aws) => {
    const dynamodb = await createOrders(aws);

    const { Attributes } = await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: key('a', 1),
        UpdateExpression:
          'SET #s = :open, history = list_append(if_not_exists(history, :none), :entry) ADD visits :one',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: {
          ':open': { S: 'OPEN' },
          ':none': { L: [] },
          ':entry': { L: [{ S: 'made' }] },
          ':one': { N: '1' },
        },
        ReturnValues: 'ALL_NEW',
      }),
    );

    expect(Attributes).toEqual({
      ...key('a', 1),
      status: { S: 'OPEN' },
      history: { L: [{ S: 'made' }] },
      visits: { N: '1' },
    });
  });

  behaves('an update returns only what it changed when asked to', async (aws) => {
    const dynamodb = await createOrders(aws);
    await dynamodb.send(
      new PutItemCommand({ TableName, Item: { ...key('a', 1), count: { N: '1' }, note: { S: 'kept' } } }),
    );
    const update = {
      TableName,
      Key: key('a', 1),
      UpdateExpression: 'SET #c = #c + :one',
      ExpressionAttributeNames: { '#c': 'count' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };

    const before = await dynamodb.send(new UpdateItemCommand({ ...update, ReturnValues: 'UPDATED_OLD' }));
    const after = await dynamodb.send(new UpdateItemCommand({ ...update, ReturnValues: 'UPDATED_NEW' }));

    expect(before.Attributes).toEqual({ count: { N: '1' } });
    expect(after.Attributes).toEqual({ count: { N: '3' } });
  });

  behaves('several elements are removed from a list by the indexes that they had', async (aws) => {
    const dynamodb = await createOrders(aws);
    const list = { L: ['a', 'b', 'c', 'd'].map((S) => ({ S })) };
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...key('a', 1), steps: list } }));

    const { Attributes } = await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: key('a', 1),
        UpdateExpression: 'REMOVE steps[0], steps[2]',
        ReturnValues: 'ALL_NEW',
      }),
    );

    expect(Attributes?.steps).toEqual({ L: [{ S: 'b' }, { S: 'd' }] });
  });

  behaves('a set loses members and disappears when it is empty', async (aws) => {
    const dynamodb = await createOrders(aws);
    await dynamodb.send(
      new PutItemCommand({ TableName, Item: { ...key('a', 1), open: { SS: ['x', 'y'] }, last: { SS: ['z'] } } }),
    );

    const { Attributes } = await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: key('a', 1),
        UpdateExpression: 'DELETE #o :x, #l :z',
        ExpressionAttributeNames: { '#o': 'open', '#l': 'last' },
        ExpressionAttributeValues: { ':x': { SS: ['x'] }, ':z': { SS: ['z'] } },
        ReturnValues: 'ALL_NEW',
      }),
    );

    expect(Attributes).toEqual({ ...key('a', 1), open: { SS: ['y'] } });
  });

  behaves('a path through what is not there cannot be updated', async (aws) => {
    const dynamodb = await createOrders(aws);
    await putOrders(dynamodb, 'a', [1]);

    const update = dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: key('a', 1),
        UpdateExpression: 'SET detail.note = :x',
        ExpressionAttributeValues: { ':x': { S: 'x' } },
      }),
    );

    await expect(update).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The document path provided in the update expression is invalid for update',
    });
  });

  behaves('an update cannot add to an attribute that is not there', async (aws) => {
    const dynamodb = await createOrders(aws);
    await putOrders(dynamodb, 'a', [1]);

    const update = dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: key('a', 1),
        UpdateExpression: 'SET visits = visits + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );

    await expect(update).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The provided expression refers to an attribute that does not exist in the item',
    });
  });

  behaves('a key attribute cannot be updated', async (aws) => {
    const dynamodb = await createOrders(aws);

    const update = dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: key('a', 1),
        UpdateExpression: 'SET customer = :x',
        ExpressionAttributeValues: { ':x': { S: 'x' } },
      }),
    );

    await expect(update).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'One or more parameter values were invalid: Cannot update attribute customer. This attribute is part of the key',
    });
  });

  behaves('a reserved word must be named by a placeholder', async (aws) => {
    const dynamodb = await createOrders(aws);

    const update = dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: key('a', 1),
        UpdateExpression: 'SET status = :x',
        ExpressionAttributeValues: { ':x': { S: 'x' } },
      }),
    );

    await expect(update).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status',
    });
  });

  behaves('a value that no expression uses is refused', async (aws) => {
    const dynamodb = await createOrders(aws);

    const update = dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: key('a', 1),
        UpdateExpression: 'SET note = :x',
        ExpressionAttributeValues: { ':x': { S: 'x' }, ':y': { S: 'y' } },
      }),
    );

    await expect(update).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}',
    });
  });

  behaves('conditions are combined and look into maps, lists and sizes', async (aws) => {
    const dynamodb = await createOrders(aws);
    await dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: {
          ...key('a', 1),
          detail: { M: { volumes: { L: [{ S: 'vol-1' }, { S: 'vol-2' }] } } },
          flags: { SS: ['x', 'y'] },
          count: { N: '10' },
        },
      }),
    );
    const holds = async (FilterExpression: string, values: Record<string, { S: string } | { N: string }>) => {
      const { Count } = await dynamodb.send(
        new ScanCommand({
          TableName,
          FilterExpression,
          ExpressionAttributeValues: values,
          ...(FilterExpression.includes('#c') && { ExpressionAttributeNames: { '#c': 'count' } }),
        }),
      );
      return Count === 1;
    };

    expect(await holds('detail.volumes[1] = :v', { ':v': { S: 'vol-2' } })).toBe(true);
    expect(await holds('contains(detail.volumes, :v)', { ':v': { S: 'vol-3' } })).toBe(false);
    expect(await holds('contains(flags, :v) AND size(flags) = :two', { ':v': { S: 'x' }, ':two': { N: '2' } })).toBe(
      true,
    );
    expect(await holds('#c BETWEEN :low AND :high', { ':low': { N: '9' }, ':high': { N: '11' } })).toBe(true);
    expect(await holds('#c IN (:a, :b)', { ':a': { N: '1' }, ':b': { N: '10.0' } })).toBe(true);
    expect(await holds('NOT #c > :v', { ':v': { N: '9' } })).toBe(false);
    expect(await holds('attribute_type(detail, :v) OR #c = :n', { ':v': { S: 'L' }, ':n': { N: '10' } })).toBe(true);
    expect(await holds('begins_with(absent, :v)', { ':v': { S: 'x' } })).toBe(false);
    expect(await holds('absent <> :v', { ':v': { S: 'x' } })).toBe(true);
  });

  behaves('a query returns a partition in the order of its sort key', async (aws) => {
    const dynamodb = await createOrders(aws);
    await putOrders(dynamodb, 'a', [10, 9, -1, 100]);
    await putOrders(dynamodb, 'b', [5]);
    const query = {
      TableName,
      KeyConditionExpression: 'customer = :c',
      ExpressionAttributeValues: { ':c': { S: 'a' } },
    };

    const up = await dynamodb.send(new QueryCommand(query));
    const down = await dynamodb.send(new QueryCommand({ ...query, ScanIndexForward: false }));

    expect(up.Items?.map((item) => item.number?.N)).toEqual(['-1', '9', '10', '100']);
    expect(down.Items?.map((item) => item.number?.N)).toEqual(['100', '10', '9', '-1']);
    expect(up).toMatchObject({ Count: 4, ScannedCount: 4 });
  });

  behaves('a query keeps to a condition on the sort key', async (aws) => {
    const dynamodb = await createOrders(aws);
    await putOrders(dynamodb, 'a', [1, 2, 3, 4, 5]);
    const numbers = async (condition: string, values: Record<string, { N: string }>) => {
      const { Items } = await dynamodb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: `customer = :c AND ${condition}`,
          ExpressionAttributeNames: { '#n': 'number' },
          ExpressionAttributeValues: { ':c': { S: 'a' }, ...values },
        }),
      );
      return Items?.map((item) => Number(item.number?.N));
    };

    expect(await numbers('#n = :x', { ':x': { N: '3' } })).toEqual([3]);
    expect(await numbers('#n < :x', { ':x': { N: '3' } })).toEqual([1, 2]);
    expect(await numbers('#n <= :x', { ':x': { N: '3' } })).toEqual([1, 2, 3]);
    expect(await numbers('#n > :x', { ':x': { N: '3' } })).toEqual([4, 5]);
    expect(await numbers('#n >= :x', { ':x': { N: '3' } })).toEqual([3, 4, 5]);
    expect(await numbers('#n BETWEEN :x AND :y', { ':x': { N: '2' }, ':y': { N: '4' } })).toEqual([2, 3, 4]);
  });

  behaves('a query continues where its last page ended', async (aws) => {
    const dynamodb = await createOrders(aws);
    await putOrders(dynamodb, 'a', [1, 2, 3]);
    const query = {
      TableName,
      KeyConditionExpression: 'customer = :c',
      ExpressionAttributeValues: { ':c': { S: 'a' } },
      Limit: 2,
    };

    const first = await dynamodb.send(new QueryCommand(query));
    const second = await dynamodb.send(new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }));

    expect(first.LastEvaluatedKey).toEqual(key('a', 2));
    expect(second.Items).toEqual([key('a', 3)]);
    expect(second.LastEvaluatedKey).toBeUndefined();
  });

  behaves('a filter is applied after the limit', async (aws) => {
    const dynamodb = await createOrders(aws);
    await putOrders(dynamodb, 'a', [1, 2, 3]);
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...key('a', 3), paid: { BOOL: true } } }));

    const page = await dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'customer = :c',
        FilterExpression: 'paid = :yes',
        ExpressionAttributeValues: { ':c': { S: 'a' }, ':yes': { BOOL: true } },
        Limit: 2,
      }),
    );

    expect(page).toMatchObject({ Items: [], Count: 0, ScannedCount: 2, LastEvaluatedKey: key('a', 2) });
  });

  behaves('a page holds at most 1 MB', async (aws) => {
    const dynamodb = await createOrders(aws);
    for (let number = 1; number <= 4; number++) {
      await dynamodb.send(
        new PutItemCommand({ TableName, Item: { ...key('a', number), text: { S: 'x'.repeat(380_000) } } }),
      );
    }

    const page = await dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'customer = :c',
        ExpressionAttributeValues: { ':c': { S: 'a' } },
      }),
    );

    expect(page.Items?.length).toBeLessThan(4);
    expect(page.LastEvaluatedKey).toBeDefined();
  });

  behaves('a query needs the partition key', async (aws) => {
    const dynamodb = await createOrders(aws);

    const query = dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#n = :x',
        ExpressionAttributeNames: { '#n': 'number' },
        ExpressionAttributeValues: { ':x': { N: '1' } },
      }),
    );

    await expect(query).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Query condition missed key schema element: customer',
    });
  });

  behaves('a filter cannot name a key of the query', async (aws) => {
    const dynamodb = await createOrders(aws);

    const query = dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'customer = :c',
        FilterExpression: '#n > :x',
        ExpressionAttributeNames: { '#n': 'number' },
        ExpressionAttributeValues: { ':c': { S: 'a' }, ':x': { N: '1' } },
      }),
    );

    await expect(query).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Filter Expression can only contain non-primary key attributes: Primary key attribute: number',
    });
  });

  behaves('an index holds the items that have its keys, with what it projects', async (aws) => {
    const dynamodb = await createOrders(aws);
    await putOrders(dynamodb, 'a', [1]);
    for (const [customer, number] of [
      ['b', 3],
      ['a', 2],
    ] as const) {
      await dynamodb.send(
        new PutItemCommand({ TableName, Item: { ...key(customer, number), status: { S: 'OPEN' }, note: { S: 'x' } } }),
      );
    }

    const { Items } = await dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: 'ByStatus',
        KeyConditionExpression: '#s = :open',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':open': { S: 'OPEN' } },
      }),
    );

    expect(Items).toEqual([
      { ...key('a', 2), status: { S: 'OPEN' } },
      { ...key('b', 3), status: { S: 'OPEN' } },
    ]);
  });

  behaves('an index that does not exist cannot be read', async (aws) => {
    const dynamodb = await createOrders(aws);

    const scan = dynamodb.send(new ScanCommand({ TableName, IndexName: 'ByColour' }));

    await expect(scan).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The table does not have the specified index: ByColour',
    });
  });

  behaves('a global secondary index has no consistent reads', async (aws) => {
    const dynamodb = await createOrders(aws);

    const scan = dynamodb.send(new ScanCommand({ TableName, IndexName: 'ByStatus', ConsistentRead: true }));

    await expect(scan).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Consistent reads are not supported on global secondary indexes',
    });
  });

  behaves('a scan sees every item once, page by page', async (aws) => {
    const dynamodb = await createOrders(aws);
    for (const customer of ['a', 'b', 'c']) await putOrders(dynamodb, customer, [1, 2, 3]);

    const seen: string[] = [];
    let start: Record<string, { S: string } | { N: string }> | undefined;
    do {
      const page = await dynamodb.send(new ScanCommand({ TableName, Limit: 2, ExclusiveStartKey: start as never }));
      seen.push(...(page.Items ?? []).map((item) => `${item.customer?.S}${item.number?.N}`));
      start = page.LastEvaluatedKey as typeof start;
    } while (start);

    expect(seen.sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3']);
  });

  behaves('the segments of a parallel scan share the items', async (aws) => {
    const dynamodb = await createOrders(aws);
    for (const customer of ['a', 'b', 'c', 'd', 'e']) await putOrders(dynamodb, customer, [1]);

    const pages = await Promise.all(
      [0, 1, 2].map((Segment) => dynamodb.send(new ScanCommand({ TableName, Segment, TotalSegments: 3 }))),
    );

    const seen = pages.flatMap((page) => page.Items ?? []).map((item) => item.customer?.S);
    expect(seen.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  behaves('a projection leaves what it names', async (aws) => {
    const dynamodb = await createOrders(aws);
    const detail = { M: { a: { S: 'x' }, b: { L: [{ S: 'one' }, { S: 'two' }] }, c: { N: '1' } } };
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...key('a', 1), detail } }));

    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName, Key: key('a', 1), ProjectionExpression: 'customer, detail.a, detail.b[1]' }),
    );

    expect(Item).toEqual({ customer: { S: 'a' }, detail: { M: { a: { S: 'x' }, b: { L: [{ S: 'two' }] } } } });
  });

  behaves('items are put, deleted and read in batches', async (aws) => {
    const dynamodb = await createOrders(aws);
    await putOrders(dynamodb, 'a', [1]);

    const write = await dynamodb.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: [
            { DeleteRequest: { Key: key('a', 1) } },
            { PutRequest: { Item: key('a', 2) } },
            { PutRequest: { Item: key('a', 3) } },
          ],
        },
      }),
    );
    const read = await dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: [key('a', 1), key('a', 2), key('a', 3)], ConsistentRead: true } },
      }),
    );

    expect(write.UnprocessedItems).toEqual({});
    expect(read.Responses?.[TableName]?.map((item) => item.number?.N).sort()).toEqual(['2', '3']);
    expect(read.UnprocessedKeys).toEqual({});
  });

  behaves('a batch cannot write an item twice', async (aws) => {
    const dynamodb = await createOrders(aws);

    const write = dynamodb.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: [{ PutRequest: { Item: key('a', 1) } }, { DeleteRequest: { Key: key('a', 1) } }],
        },
      }),
    );

    await expect(write).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Provided list of item keys contains duplicates',
    });
  });

  behaves('a transaction writes all or nothing, and says what stood in its way', async (aws) => {
    const dynamodb = await createOrders(aws);
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...key('lock', 1), owner: { S: 'first' } } }));

    const error: TransactionCanceledException = await dynamodb
      .send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: key('a', 1) } },
            {
              Put: {
                TableName,
                Item: { ...key('lock', 1), owner: { S: 'second' } },
                ConditionExpression: 'attribute_not_exists(customer)',
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
          ],
        }),
      )
      .catch((caught) => caught);

    expect(error.name).toBe('TransactionCanceledException');
    expect(error.message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
    );
    expect(error.CancellationReasons).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { ...key('lock', 1), owner: { S: 'first' } },
      },
    ]);
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: key('a', 1) }));
    expect(Item).toBeUndefined();
  });

  behaves('a transaction puts, updates, deletes and checks', async (aws) => {
    const dynamodb = await createOrders(aws);
    await putOrders(dynamodb, 'a', [1, 2, 3]);

    await dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: key('a', 4) } },
          {
            Update: {
              TableName,
              Key: key('a', 1),
              UpdateExpression: 'SET note = :x',
              ExpressionAttributeValues: { ':x': { S: 'x' } },
            },
          },
          { Delete: { TableName, Key: key('a', 2) } },
          { ConditionCheck: { TableName, Key: key('a', 3), ConditionExpression: 'attribute_exists(customer)' } },
        ],
      }),
    );

    const { Responses } = await dynamodb.send(
      new TransactGetItemsCommand({
        TransactItems: [1, 2, 4].map((number) => ({ Get: { TableName, Key: key('a', number) } })),
      }),
    );
    expect(Responses?.map((response) => response.Item)).toEqual([
      { ...key('a', 1), note: { S: 'x' } },
      undefined,
      key('a', 4),
    ]);
  });

  behaves('a transaction cannot touch an item twice', async (aws) => {
    const dynamodb = await createOrders(aws);

    const write = dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName, Item: key('a', 1) } }, { Delete: { TableName, Key: key('a', 1) } }],
      }),
    );

    await expect(write).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });

  behaves('time to live is turned on for one attribute', async (aws) => {
    const dynamodb = await createOrders(aws);
    const off = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));

    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' };
    const update = await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));

    expect(off.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect(update.TimeToLiveSpecification).toEqual(TimeToLiveSpecification);
    const on = await aws.eventually(async () => {
      const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
      return TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED' && TimeToLiveDescription;
    });
    expect(on).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
  });

  behaves('a table keeps its tags', async (aws) => {
    const dynamodb = await createOrders(aws);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const ResourceArn = Table?.TableArn;

    await dynamodb.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'team', Value: 'data' }] }));

    const { Tags } = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'data' }]);
  });

  behaves('point-in-time recovery is off until it is turned on', async (aws) => {
    const dynamodb = await createOrders(aws);
    const off = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));

    const on = await dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );

    const status = (output: typeof off) =>
      output.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    expect(status(off)).toBe('DISABLED');
    expect(status(on)).toBe('ENABLED');
    expect(on.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.EarliestRestorableDateTime).toBeInstanceOf(
      Date,
    );
  });

  behaves('continuous backups of a table that does not exist are asked for in vain', async (aws) => {
    const dynamodb = aws.client(DynamoDBClient);

    const describe = dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: 'None' }));

    await expect(describe).rejects.toMatchObject({
      name: 'TableNotFoundException',
      message: 'Table not found: None',
    });
  });
});
