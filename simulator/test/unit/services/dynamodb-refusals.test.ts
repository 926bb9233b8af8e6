import { Account } from '../../../account';
import type { DynamoDb } from '../../../services/dynamodb';

const TableName = 'Waits';
const Key = { id: { S: 'a' } };
const units = (ReadCapacityUnits: number) => ({ ReadCapacityUnits, WriteCapacityUnits: 5 });
const newTable = (parts: object = {}) => ({
  TableName: 'New',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
  ...parts,
});
const indexOf = (name: string, KeyType: string) => ({
  IndexName: 'Others',
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: name, KeyType },
  ],
  Projection: { ProjectionType: 'ALL' },
});
const puts = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ PutRequest: { Item: { id: { S: `${n}` } } } }));
const gets = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ Get: { TableName, Key: { id: { S: `${n}` } } } }));
const atConstraint = (member: string, value: string, wanted: string) =>
  `1 validation error detected: Value${value} at '${member}' failed to satisfy constraint: Member must ${wanted}`;

let account: Account;
let dynamodb: DynamoDb;

beforeEach(() => {
  account = new Account();
  dynamodb = account.region().dynamodb;
  const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' as const }];
  dynamodb.load([
    { TableName, KeySchema },
    { TableName: 'Provisioned', KeySchema, BillingMode: 'PROVISIONED', ProvisionedThroughput: units(5) },
  ]);
});
afterEach(() => account.close());

function refusal(request: () => unknown): { code?: string; message?: string } {
  try {
    request();
  } catch (error) {
    return error as { code?: string; message?: string };
  }
  throw new Error('The request was not refused.');
}

/** What tests that were run against DynamoDB itself say of each (nubo-db/dynamodb-conformance, 2026). */
const REFUSED: [what: string, request: (db: DynamoDb) => unknown, message: string | RegExp, code?: string][] = [
  [
    'an empty name',
    (db) => db.GetItem({ TableName: '', Key }),
    atConstraint('tableName', " ''", 'have length greater than or equal to 1'),
  ],
  ['a long name', (db) => db.Scan({ TableName: 'a'.repeat(256) }), /'tableName' .* less than or equal to 255$/],
  ['signs in a name', (db) => db.DeleteItem({ TableName: 'a b', Key }), /'tableName' .* pattern: \[a-zA-Z0-9_\.-\]\+$/],
  ['a name before all else', (db) => db.PutItem({ TableName: '', Item: Key, ReturnValues: 'ALL_NEW' }), /'tableName'/],
  [
    'a new table without a name',
    (db) => db.CreateTable(newTable({ TableName: undefined }) as never),
    "The parameter 'TableName' is required but was not present in the request",
  ],
  [
    'a new table with a short name',
    (db) => db.CreateTable(newTable({ TableName: 'ab' })),
    atConstraint('tableName', " 'ab'", 'have length greater than or equal to 3'),
  ],
  [
    'one attribute twice in a key',
    (db) =>
      db.CreateTable(newTable({ KeySchema: ['HASH', 'RANGE'].map((KeyType) => ({ AttributeName: 'id', KeyType })) })),
    'Invalid KeySchema: Some index key attribute have no definition',
  ],
  [
    'a third key attribute',
    (db) =>
      db.CreateTable(
        newTable({ KeySchema: ['HASH', 'RANGE', 'RANGE'].map((KeyType) => ({ AttributeName: 'id', KeyType })) }),
      ),
    /Value '\[KeySchemaElement\(attributeName=id, keyType=HASH\), .* less than or equal to 2$/,
  ],
  [
    'an unknown type of key',
    (db) => db.CreateTable(newTable({ KeySchema: [{ AttributeName: 'id', KeyType: 'X' }] })),
    atConstraint('keySchema.1.member.keyType', " 'X'", 'satisfy enum value set: [HASH, RANGE]'),
  ],
  [
    'an unknown type of attribute',
    (db) => db.CreateTable(newTable({ AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'X' }] })),
    atConstraint('attributeDefinitions.1.member.attributeType', " 'X'", 'satisfy enum value set: [B, N, S]'),
  ],
  [
    'no reads in a batch',
    (db) => db.BatchGetItem({ RequestItems: {} }),
    'The requestItems parameter is required for BatchGetItem',
  ],
  [
    '101 reads in a batch',
    (db) => db.BatchGetItem({ RequestItems: { [TableName]: { Keys: gets(101).map(({ Get }) => Get.Key) } } }),
    atConstraint('RequestItems.Waits.member.Keys', '', 'have length less than or equal to 100'),
  ],
  [
    'no writes in a batch',
    (db) => db.BatchWriteItem({ RequestItems: {} }),
    'The requestItems parameter is required for BatchWriteItem',
  ],
  [
    '26 writes in a batch',
    (db) => db.BatchWriteItem({ RequestItems: { [TableName]: puts(26) } }),
    /^1 validation error detected: Value '\{Waits=\[.+\]\}' at 'requestItems' .*less than or equal to 25,/,
  ],
  [
    'an empty transaction',
    (db) => db.TransactWriteItems({ TransactItems: [] }),
    atConstraint('transactItems', " '[]'", 'have length greater than or equal to 1'),
  ],
  [
    '101 reads in a transaction',
    (db) => db.TransactGetItems({ TransactItems: gets(101) }),
    /^1 validation error detected: Value '\[.+\]' at 'transactItems' .*less than or equal to 100$/,
  ],
  [
    'one item twice in a transaction',
    (db) => db.TransactGetItems({ TransactItems: [...gets(1), ...gets(1)] }),
    'Transaction request cannot include multiple operations on one item',
  ],
  [
    'a transaction of more than 4 MB',
    (db) =>
      db.TransactWriteItems({
        TransactItems: Array.from({ length: 12 }, (_, n) => ({
          Put: { TableName, Item: { id: { S: `${n}` }, text: { S: 'x'.repeat(350_000) } } },
        })),
      }),
    /4 MB/,
  ],
  [
    'an item of a transaction without its key',
    (db) => db.TransactGetItems({ TransactItems: [{ Get: { TableName, Key: { other: { S: 'a' } } } }] }),
    /\[ValidationError\]$/,
    'TransactionCanceledException',
  ],
  [
    'a projection that cannot be read',
    (db) => db.GetItem({ TableName, Key, ProjectionExpression: '!!' }),
    'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"',
  ],
  [
    'an update that cannot be read',
    (db) => db.UpdateItem({ TableName, Key, UpdateExpression: 'INVALID SYNTAX HERE' }),
    'Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"',
  ],
  [
    'an update that ends too soon',
    (db) => db.UpdateItem({ TableName, Key, UpdateExpression: 'SET a =' }),
    /token: "<EOF>"/,
  ],
  [
    'a query for no items',
    (db) =>
      db.Query({
        TableName,
        KeyConditionExpression: 'id = :a',
        ExpressionAttributeValues: { ':a': { S: 'a' } },
        Limit: 0,
      }),
    atConstraint('Limit', '', 'have value greater than or equal to 1'),
  ],
  [
    'an unknown selection',
    (db) => db.Scan({ TableName, Select: 'ALL' as never }),
    /'select' .*\[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES\]$/,
  ],
  [
    'no capacity',
    (db) => db.UpdateTable({ TableName: 'Provisioned', ProvisionedThroughput: units(0) }),
    /'provisionedThroughput.readCapacityUnits' .*greater than or equal to 1$/,
  ],
  [
    'the capacity that there is',
    (db) => db.UpdateTable({ TableName: 'Provisioned', BillingMode: 'PROVISIONED', ProvisionedThroughput: units(5) }),
    /^The provisioned throughput for the table will not change\./,
  ],
  [
    'a tag of something without an ARN',
    (db) => db.TagResource({ ResourceArn: 'none', Tags: [] }),
    /Invalid ResourceArn provided as input none$/,
  ],
  [
    'a time to live without an attribute',
    (db) => db.UpdateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: '' } }),
    /'timeToLiveSpecification.attributeName'/,
  ],
  // And tests of moto that were run against DynamoDB (getmoto/moto, August 2026).
  [
    'an unknown kind of key in an index',
    (db) => db.CreateTable(newTable({ LocalSecondaryIndexes: [indexOf('id', 'SORT')] }) as never),
    /^1 validation error detected: Value 'SORT' at 'localSecondaryIndexes.1.member.keySchema.2.member.keyType'/,
  ],
  [
    'what is projected, without an index',
    (db) => db.Scan({ TableName, Select: 'ALL_PROJECTED_ATTRIBUTES' }),
    'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
  ],
  [
    'a count with a projection',
    (db) => db.Scan({ TableName, Select: 'COUNT', ProjectionExpression: 'id' }),
    'Cannot specify the ProjectionExpression when choosing to get only the Count',
  ],
  [
    'an unused name before a missing table',
    (db) => db.BatchGetItem({ RequestItems: { Missing: { Keys: [Key], ExpressionAttributeNames: { '#a': 'a' } } } }),
    /ExpressionAttributeNames/,
  ],
  [
    'an empty key in a transaction, which is no reason to cancel it',
    (db) => db.TransactWriteItems({ TransactItems: [{ Delete: { TableName, Key: { id: { S: '' } } } }] }),
    /cannot contain an empty string value. Key: id$/,
  ],
];

it('does not know indexes with several attributes in a key', () => {
  const names = ['id', 'a', 'b'];
  const AttributeDefinitions = names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
  const KeySchema = names.map((AttributeName) => ({
    AttributeName,
    KeyType: AttributeName === 'id' ? 'HASH' : 'RANGE',
  }));
  const index = { ...indexOf('a', 'RANGE'), KeySchema };

  const create = () =>
    dynamodb.CreateTable(newTable({ AttributeDefinitions, GlobalSecondaryIndexes: [index] }) as never);

  expect(refusal(create)).toMatchObject({ name: 'SimulatorError' });
});

describe('DynamoDB refuses, in its own words,', () => {
  it.each(REFUSED)('%s', (_what, request, message, code = 'ValidationException') => {
    const refused = refusal(() => request(dynamodb));
    expect(refused.code).toBe(code);
    if (typeof message === 'string') expect(refused.message).toBe(message);
    else expect(refused.message).toMatch(message);
  });
});
