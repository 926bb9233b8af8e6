import { DynamoDbAccount, ORDERS } from './dynamodb-account';

const DAY = 24 * 3600;
const TableName = 'Orders';

let aws: DynamoDbAccount;

beforeEach(() => {
  aws = new DynamoDbAccount();
  aws.dynamodb.load([ORDERS]);
});
afterEach(() => aws.close());

describe('A backup', () => {
  it('is CREATING for a while and then AVAILABLE, under an ARN below that of its table', async () => {
    const { BackupDetails } = aws.dynamodb.CreateBackup({ TableName, BackupName: 'nightly' });
    const BackupArn = BackupDetails?.BackupArn ?? '';
    const status = () => aws.dynamodb.DescribeBackup({ BackupArn }).BackupDescription?.BackupDetails?.BackupStatus;

    expect(BackupArn).toMatch(/^arn:aws:dynamodb:eu-west-1:111122223333:table\/Orders\/backup\/\d{14}-[0-9a-f]{8}$/);
    expect(status()).toBe('CREATING');
    await aws.passes(120);
    expect(status()).toBe('AVAILABLE');
  });

  it.each([
    ['a minute before the request', {}, ['ada 1 OPEN', 'bob 2 SENT']],
    [
      'the moment of the request, where AWS is kinder',
      { doubts: { 'dynamodb.onDemandBackup': 'untilTheRequest' } },
      ['ada 1 SENT', 'bob 2 SENT'],
    ],
  ] as const)('holds the items of %s', async (_moment, options, items) => {
    aws.close();
    aws = new DynamoDbAccount(options);
    aws.dynamodb.load([ORDERS]);
    aws.put('ada', 1, 'SENT');
    await aws.passes(30);

    const BackupArn = await aws.backUp('nightly');
    aws.dynamodb.RestoreTableFromBackup({ BackupArn, TargetTableName: 'Restored' });
    await aws.passes(600);

    expect(aws.orders('Restored')).toEqual(items);
  });

  it('lacks nothing that was written more than a minute before, and nothing later', async () => {
    aws.put('ada', 1, 'SENT');
    aws.delete('bob', 2);
    await aws.passes(61);
    aws.put('eve', 3, 'OPEN');
    await aws.passes(59);

    const BackupArn = await aws.backUp('nightly');
    aws.dynamodb.RestoreTableFromBackup({ BackupArn, TargetTableName: 'Restored' });
    await aws.passes(600);

    expect(aws.orders('Restored')).toEqual(['ada 1 SENT']);
  });

  it('holds no change that comes after the request', async () => {
    const BackupArn = aws.dynamodb.CreateBackup({ TableName, BackupName: 'nightly' }).BackupDetails?.BackupArn;
    aws.put('ada', 1, 'CANCELLED');
    aws.delete('bob', 2);
    await aws.passes(120);

    aws.dynamodb.RestoreTableFromBackup({ BackupArn, TargetTableName: 'Restored' });
    await aws.passes(600);

    expect(aws.orders('Restored')).toEqual(['ada 1 OPEN', 'bob 2 SENT']);
    expect(aws.orders('Orders')).toEqual(['ada 1 CANCELLED']);
  });

  it('keeps its table from being deleted until it is AVAILABLE', async () => {
    aws.dynamodb.CreateBackup({ TableName, BackupName: 'nightly' });

    expect(aws.refusal(() => aws.dynamodb.DeleteTable({ TableName })).code).toBe('ResourceInUseException');
    await aws.passes(120);
    aws.dynamodb.DeleteTable({ TableName });
  });

  it('outlives its table', async () => {
    const BackupArn = await aws.backUp('nightly');
    aws.dynamodb.DeleteTable({ TableName });
    await aws.passes(60);

    aws.dynamodb.RestoreTableFromBackup({ BackupArn, TargetTableName: TableName });
    await aws.passes(600);

    expect(aws.orders(TableName)).toEqual(['ada 1 OPEN', 'bob 2 SENT']);
  });

  it('cannot be deleted or restored while it is being made, nor deleted while it is being restored', async () => {
    const { BackupDetails } = aws.dynamodb.CreateBackup({ TableName, BackupName: 'nightly' });
    const BackupArn = BackupDetails?.BackupArn;
    const remove = () => aws.dynamodb.DeleteBackup({ BackupArn });
    const restore = () => aws.dynamodb.RestoreTableFromBackup({ BackupArn, TargetTableName: 'Restored' });

    expect(aws.refusal(remove).code).toBe('BackupInUseException');
    expect(aws.refusal(restore).code).toBe('BackupInUseException');
    await aws.passes(120);
    restore();
    expect(aws.refusal(remove).code).toBe('BackupInUseException');
    await aws.passes(600);
    expect(remove().BackupDescription?.BackupDetails?.BackupStatus).toBe('DELETED');
    expect(aws.refusal(remove)).toMatchObject({
      code: 'BackupNotFoundException',
      message: `Backup not found: ${BackupArn}`,
    });
  });

  it('cannot be made of a table that is missing or new', async () => {
    const back = (name: string) => () => aws.dynamodb.CreateBackup({ TableName: name, BackupName: 'nightly' });
    aws.dynamodb.CreateTable({
      TableName: 'New',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });

    expect(aws.refusal(back('Missing')).code).toBe('TableNotFoundException');
    expect(aws.refusal(back('New')).code).toBe('TableInUseException');
    await aws.passes(10);
    expect(aws.refusal(back('New')).code).toBe('ContinuousBackupsUnavailableException');
    await aws.passes(60);
    back('New')();
  });

  it('can be declared to fail: it is never AVAILABLE', async () => {
    aws.dynamodb.loadWorld({ tableJobs: [{ Operation: 'CreateBackup', Table: 'Orders', Fails: true, Times: 1 }] });

    const failed = await aws.backUp('first');
    const made = await aws.backUp('second');

    expect(aws.refusal(() => aws.dynamodb.DescribeBackup({ BackupArn: failed })).code).toBe('BackupNotFoundException');
    expect(aws.dynamodb.DescribeBackup({ BackupArn: made }).BackupDescription).toBeDefined();
  });
});

describe('The list of backups', () => {
  it('shows only those of the table, type and time that are asked for, page by page', async () => {
    aws.dynamodb.load([{ ...ORDERS, TableName: 'Other' }]);
    const first = await aws.backUp('first');
    const from = aws.account.clock.date;
    const second = await aws.backUp('second');
    await aws.backUp('other', 'Other');
    const arns = (input: object) =>
      aws.dynamodb.ListBackups({ TableName, ...input }).BackupSummaries?.map(({ BackupArn }) => BackupArn);

    expect(arns({})).toEqual([first, second]);
    expect(arns({ TimeRangeLowerBound: from })).toEqual([second]);
    expect(arns({ TimeRangeUpperBound: from })).toEqual([first]);
    expect(arns({ BackupType: 'SYSTEM' })).toEqual([]);
    const page = aws.dynamodb.ListBackups({ TableName, Limit: 1 });
    expect(page.LastEvaluatedBackupArn).toBe(first);
    expect(arns({ ExclusiveStartBackupArn: page.LastEvaluatedBackupArn })).toEqual([second]);
  });

  it.each([
    ['none of a table that cannot be restored to a point in time yet', {}, 0],
    ['one also right after the recovery was turned on', { doubts: { 'dynamodb.systemBackup': 'atOnce' } }, 1],
  ] as const)('shows %s, as the doubt has it', async (_what, options, count) => {
    aws.close();
    aws = new DynamoDbAccount(options);
    aws.dynamodb.load([ORDERS]);
    aws.dynamodb.UpdateContinuousBackups({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    await aws.passes(200);

    aws.dynamodb.DeleteTable({ TableName });
    await aws.passes(120);

    expect(aws.dynamodb.ListBackups({ TableName, BackupType: 'SYSTEM' }).BackupSummaries).toHaveLength(count);
  });

  it('shows the backup that DynamoDB makes of a deleted table with point-in-time recovery, for 35 days', async () => {
    aws.dynamodb.UpdateContinuousBackups({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    await aws.passes(302);
    aws.dynamodb.DeleteTable({ TableName });
    await aws.passes(120);
    const system = () => aws.dynamodb.ListBackups({ TableName, BackupType: 'SYSTEM' }).BackupSummaries ?? [];

    expect(system()).toMatchObject([{ BackupName: 'Orders$DeletedTableBackup', BackupStatus: 'AVAILABLE' }]);
    aws.dynamodb.RestoreTableFromBackup({ BackupArn: system()[0]?.BackupArn, TargetTableName: TableName });
    await aws.passes(600);
    expect(aws.orders(TableName)).toEqual(['ada 1 OPEN', 'bob 2 SENT']);
    await aws.passes(35 * DAY);
    expect(system()).toEqual([]);
  });
});

describe('A restored table', () => {
  const restore = (BackupArn: string, overrides: object = {}) =>
    aws.dynamodb.RestoreTableFromBackup({ BackupArn, TargetTableName: 'Restored', ...overrides });

  it('is CREATING until its items can be read', async () => {
    const BackupArn = await aws.backUp('nightly');

    const { TableDescription } = restore(BackupArn);

    expect(TableDescription).toMatchObject({
      TableStatus: 'CREATING',
      RestoreSummary: { SourceBackupArn: BackupArn, RestoreInProgress: true },
    });
    expect(aws.refusal(() => aws.orders('Restored')).code).toBe('ResourceNotFoundException');
    await aws.passes(600);
    const { Table } = aws.dynamodb.DescribeTable({ TableName: 'Restored' });
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', RestoreSummary: { RestoreInProgress: false } });
    // DynamoDB counts the items hours later.
    expect(Table?.ItemCount).toBe(0);
    await aws.passes(6 * 3600);
    expect(aws.dynamodb.DescribeTable({ TableName: 'Restored' }).Table?.ItemCount).toBe(2);
  });

  it('has the schema, indexes, capacity and encryption of its source', async () => {
    const BackupArn = await aws.backUp('nightly');

    restore(BackupArn);
    await aws.passes(600);

    const [, restored] = aws.dynamodb.snapshot();
    expect(restored).toEqual({ ...ORDERS, TableName: 'Restored' });
  });

  it('has none of the settings that have to be put back by hand', async () => {
    aws.dynamodb.load([
      {
        ...ORDERS,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
        TableClass: 'STANDARD_INFREQUENT_ACCESS',
        DeletionProtectionEnabled: true,
        TimeToLiveAttribute: 'expires',
        PointInTimeRecoveryEnabled: true,
        ContributorInsights: [{}],
        KinesisDestinations: [{ StreamArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders' }],
        ResourcePolicy: { Version: '2012-10-17', Statement: [] },
        Tags: [{ Key: 'team', Value: 'shop' }],
      },
    ]);
    const BackupArn = await aws.backUp('nightly');

    restore(BackupArn);
    await aws.passes(600);

    const [, restored] = aws.dynamodb.snapshot();
    expect(restored).toEqual({ ...ORDERS, TableName: 'Restored' });
  });

  it('has what the request says instead of billing, indexes and encryption of its source', async () => {
    const BackupArn = await aws.backUp('nightly');

    restore(BackupArn, {
      BillingModeOverride: 'PAY_PER_REQUEST',
      OnDemandThroughputOverride: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: 50 },
      GlobalSecondaryIndexOverride: [],
      SSESpecificationOverride: { Enabled: false },
    });
    await aws.passes(600);

    const { Table } = aws.dynamodb.DescribeTable({ TableName: 'Restored' });
    expect(Table).toMatchObject({
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      OnDemandThroughput: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: 50 },
    });
    expect(Table?.GlobalSecondaryIndexes).toBeUndefined();
    expect(Table?.SSEDescription).toBeUndefined();
    expect(Table?.AttributeDefinitions?.map(({ AttributeName }) => AttributeName)).not.toContain('status');
  });

  it('cannot get an index that its source does not have', async () => {
    const BackupArn = await aws.backUp('nightly');
    const index = { ...ORDERS.GlobalSecondaryIndexes?.[0], IndexName: 'Another' };

    const refusal = aws.refusal(() => restore(BackupArn, { GlobalSecondaryIndexOverride: [index] }));

    expect(refusal.code).toBe('ValidationException');
  });

  it('needs a name that is free', async () => {
    const BackupArn = await aws.backUp('nightly');
    restore(BackupArn);

    expect(aws.refusal(() => restore(BackupArn)).code).toBe('TableInUseException');
    expect(aws.refusal(() => restore(BackupArn, { TargetTableName: TableName }))).toMatchObject({
      code: 'TableAlreadyExistsException',
      message: 'Table already exists: Orders',
    });
  });

  it('can be one of fifty at a time', async () => {
    const BackupArn = await aws.backUp('nightly');
    for (let number = 0; number < 50; number++) restore(BackupArn, { TargetTableName: `Restored-${number}` });

    expect(aws.refusal(() => restore(BackupArn)).code).toBe('LimitExceededException');
    await aws.passes(600);
    restore(BackupArn);
  });

  it('can be declared slow, without some of its items, or gone in the end', async () => {
    aws.dynamodb.loadWorld({
      tableJobs: [
        { Operation: 'Restore', Table: 'Restored', DurationSeconds: 3600, LosesItems: 1, Times: 1 },
        { Operation: 'Restore', Table: 'Restored', Fails: true },
      ],
    });
    const BackupArn = await aws.backUp('nightly');

    restore(BackupArn);
    await aws.passes(3500);
    expect(aws.status('Restored')).toBe('CREATING');
    await aws.passes(200);
    expect(aws.orders('Restored')).toHaveLength(1);
    aws.dynamodb.DeleteTable({ TableName: 'Restored' });
    await aws.passes(60);
    restore(BackupArn);
    await aws.passes(600);
    expect(aws.refusal(() => aws.status('Restored')).code).toBe('ResourceNotFoundException');
  });
});

describe('The permission', () => {
  it('to restore is asked for on the backup and the new table, with that to write its items', () => {
    const BackupArn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/backup/01';
    const asked = aws.dynamodb
      .access('RestoreTableFromBackup', { BackupArn, TargetTableName: 'Restored' })
      .map(({ action, resource }) => `${action} ${resource.split(':').pop()}`);

    expect(asked).toContain('dynamodb:RestoreTableFromBackup table/Orders/backup/01');
    expect(asked).toContain('dynamodb:RestoreTableFromBackup table/Restored');
    expect(asked).toContain('dynamodb:BatchWriteItem table/Restored');
  });
});

describe('The world file', () => {
  it('brings backups along, and what has been made since is in it again', async () => {
    await aws.backUp('nightly');
    const world = aws.dynamodb.world();
    aws.close();

    aws = new DynamoDbAccount();
    aws.dynamodb.loadWorld(world);

    expect(aws.dynamodb.world()).toEqual(world);
    const BackupArn = world.tableBackups[0]?.BackupArn;
    aws.dynamodb.RestoreTableFromBackup({ BackupArn, TargetTableName: 'Restored' });
    await aws.passes(600);
    expect(aws.orders('Restored')).toEqual(['ada 1 OPEN', 'bob 2 SENT']);
  });
});
