import {
  CreateBackupCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteBackupCommand,
  DeleteResourcePolicyCommand,
  DeleteTableCommand,
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  ListBackupsCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Aws, conformance } from './harness';

const TableName = 'Orders';
const MISSING = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/backup/01763672400000-0a1b2c3d';

const ORDERS: CreateTableCommandInput = {
  TableName,
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'status', AttributeType: 'S' },
  ],
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 },
  GlobalSecondaryIndexes: [
    {
      IndexName: 'ByStatus',
      KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 2 },
    },
  ],
};

async function becomesActive(aws: Aws, dynamodb: DynamoDBClient, name: string): Promise<void> {
  await aws.eventually(async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table?.TableStatus === 'ACTIVE';
  });
}

/** A table with two orders, of which backups can be made. */
async function createOrders(aws: Aws): Promise<DynamoDBClient> {
  const dynamodb = aws.client(DynamoDBClient);
  await dynamodb.send(new CreateTableCommand(ORDERS));
  await becomesActive(aws, dynamodb, TableName);
  for (const id of ['1', '2']) await put(dynamodb, id);
  return dynamodb;
}

async function put(dynamodb: DynamoDBClient, id: string): Promise<void> {
  await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: id }, status: { S: 'OPEN' } } }));
}

async function backUp(aws: Aws, dynamodb: DynamoDBClient, BackupName: string): Promise<string> {
  // A table that has just been made has no backups yet.
  const { BackupDetails } = await aws.eventually(() =>
    dynamodb.send(new CreateBackupCommand({ TableName, BackupName })).catch((error) => {
      if (error.name === 'ContinuousBackupsUnavailableException') return undefined;
      throw error;
    }),
  );
  const BackupArn = BackupDetails?.BackupArn ?? '';
  await aws.eventually(async () => {
    const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));
    return BackupDescription?.BackupDetails?.BackupStatus === 'AVAILABLE';
  });
  return BackupArn;
}

async function enableRecovery(aws: Aws, dynamodb: DynamoDBClient): Promise<void> {
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await aws.eventually(() =>
    dynamodb
      .send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }))
      .catch((error) => {
        if (error.name === 'ContinuousBackupsUnavailableException') return undefined;
        throw error;
      }),
  );
}

async function idsIn(dynamodb: DynamoDBClient, name: string): Promise<(string | undefined)[]> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: name }));
  return Items.map(({ id }) => id?.S).sort();
}

conformance('DynamoDB backups', (behaves) => {
  behaves('a backup describes itself and its table', async (aws) => {
    const dynamodb = await createOrders(aws);

    const BackupArn = await backUp(aws, dynamodb, 'nightly');
    const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));

    expect(BackupArn).toMatch(/^arn:aws:dynamodb:eu-west-1:\d{12}:table\/Orders\/backup\/\d{14}-[0-9a-f]{8}$/);
    expect(BackupDescription).toMatchObject({
      BackupDetails: { BackupArn, BackupName: 'nightly', BackupStatus: 'AVAILABLE', BackupType: 'USER' },
      SourceTableDetails: { TableName, KeySchema: ORDERS.KeySchema },
    });
    expect(BackupDescription?.BackupDetails?.BackupCreationDateTime).toBeInstanceOf(Date);
    expect(BackupDescription?.SourceTableDetails?.TableCreationDateTime).toBeInstanceOf(Date);
  });

  behaves('a backup needs a table', async (aws) => {
    const dynamodb = aws.client(DynamoDBClient);

    const backup = dynamodb.send(new CreateBackupCommand({ TableName, BackupName: 'nightly' }));

    await expect(backup).rejects.toMatchObject({ name: 'TableNotFoundException', message: 'Table not found: Orders' });
  });

  behaves('backups of the table are listed, also when the table is gone', async (aws) => {
    const dynamodb = await createOrders(aws);
    const first = await backUp(aws, dynamodb, 'first');
    const second = await backUp(aws, dynamodb, 'second');
    await dynamodb.send(new DeleteTableCommand({ TableName }));

    const { BackupSummaries = [] } = await dynamodb.send(new ListBackupsCommand({ TableName }));
    const other = await dynamodb.send(new ListBackupsCommand({ TableName: 'Other' }));

    expect(BackupSummaries.map(({ BackupArn }) => BackupArn).sort()).toEqual([first, second].sort());
    expect(BackupSummaries[0]).toMatchObject({ TableName, BackupStatus: 'AVAILABLE', BackupType: 'USER' });
    expect(other.BackupSummaries).toEqual([]);
  });

  behaves('a list of backups has pages', async (aws) => {
    const dynamodb = await createOrders(aws);
    await backUp(aws, dynamodb, 'first');
    await backUp(aws, dynamodb, 'second');

    const page = await dynamodb.send(new ListBackupsCommand({ TableName, Limit: 1 }));

    expect(page.BackupSummaries).toHaveLength(1);
    expect(page.LastEvaluatedBackupArn).toBe(page.BackupSummaries?.[0]?.BackupArn);
  });

  behaves('a deleted backup is not found any more', async (aws) => {
    const dynamodb = await createOrders(aws);
    const BackupArn = await backUp(aws, dynamodb, 'nightly');

    const deleted = await dynamodb.send(new DeleteBackupCommand({ BackupArn }));

    expect(deleted.BackupDescription?.BackupDetails?.BackupStatus).toBe('DELETED');
    for (const Command of [DescribeBackupCommand, DeleteBackupCommand]) {
      await expect(dynamodb.send(new Command({ BackupArn }) as DescribeBackupCommand)).rejects.toMatchObject({
        name: 'BackupNotFoundException',
        message: `Backup not found: ${BackupArn}`,
      });
    }
  });

  behaves('a restored table has schema, indexes, capacity and items of the backup', async (aws) => {
    const dynamodb = await createOrders(aws);
    const BackupArn = await backUp(aws, dynamodb, 'nightly');
    await put(dynamodb, '3');

    await dynamodb.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: 'Restored' }));
    await becomesActive(aws, dynamodb, 'Restored');

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'Restored' }));
    expect(Table).toMatchObject({
      KeySchema: ORDERS.KeySchema,
      ProvisionedThroughput: ORDERS.ProvisionedThroughput,
      RestoreSummary: { SourceBackupArn: BackupArn, RestoreInProgress: false },
    });
    expect(Table?.GlobalSecondaryIndexes?.[0]).toMatchObject({ IndexName: 'ByStatus' });
    expect(Table?.RestoreSummary?.SourceTableArn).toMatch(/:table\/Orders$/);
    expect(await idsIn(dynamodb, 'Restored')).toEqual(['1', '2']);
    expect(await idsIn(dynamodb, TableName)).toEqual(['1', '2', '3']);
  });

  behaves('a restore needs a backup and a free name', async (aws) => {
    const dynamodb = await createOrders(aws);
    const BackupArn = await backUp(aws, dynamodb, 'nightly');
    const restore = (arn: string, name: string) =>
      dynamodb.send(new RestoreTableFromBackupCommand({ BackupArn: arn, TargetTableName: name }));

    await expect(restore(MISSING, 'Restored')).rejects.toMatchObject({ name: 'BackupNotFoundException' });
    await expect(restore(BackupArn, TableName)).rejects.toMatchObject({
      name: 'TableAlreadyExistsException',
      message: 'Table already exists: Orders',
    });
  });

  behaves('a restored table has neither stream nor point-in-time recovery nor protection', async (aws) => {
    const dynamodb = await createOrders(aws);
    await enableRecovery(aws, dynamodb);
    await dynamodb.send(
      new UpdateTableCommand({
        TableName,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
        DeletionProtectionEnabled: true,
      }),
    );
    await becomesActive(aws, dynamodb, TableName);
    const BackupArn = await backUp(aws, dynamodb, 'nightly');

    await dynamodb.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: 'Restored' }));
    await becomesActive(aws, dynamodb, 'Restored');

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'Restored' }));
    expect(Table?.LatestStreamArn).toBeUndefined();
    expect(Table?.DeletionProtectionEnabled).toBe(false);
    const answer = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: 'Restored' }));
    expect(answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'DISABLED',
    });
  });

  behaves('a restore changes billing and indexes when the request says so', async (aws) => {
    const dynamodb = await createOrders(aws);
    const BackupArn = await backUp(aws, dynamodb, 'nightly');

    await dynamodb.send(
      new RestoreTableFromBackupCommand({
        BackupArn,
        TargetTableName: 'Restored',
        BillingModeOverride: 'PAY_PER_REQUEST',
        GlobalSecondaryIndexOverride: [],
      }),
    );
    await becomesActive(aws, dynamodb, 'Restored');

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'Restored' }));
    expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
    expect(Table?.GlobalSecondaryIndexes ?? []).toEqual([]);
  });

  behaves('a restore to the latest time makes a table of the items', async (aws) => {
    const dynamodb = await createOrders(aws);
    await enableRecovery(aws, dynamodb);

    await dynamodb.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: TableName,
        TargetTableName: 'Restored',
        UseLatestRestorableTime: true,
      }),
    );
    await becomesActive(aws, dynamodb, 'Restored');

    expect(await idsIn(dynamodb, 'Restored')).toEqual(['1', '2']);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'Restored' }));
    expect(Table?.RestoreSummary?.SourceTableArn).toMatch(/:table\/Orders$/);
  });

  behaves('a restore to a point in time needs a source and a free name', async (aws) => {
    const dynamodb = await createOrders(aws);
    await enableRecovery(aws, dynamodb);
    const restore = (SourceTableName: string, TargetTableName: string) =>
      dynamodb.send(
        new RestoreTableToPointInTimeCommand({ SourceTableName, TargetTableName, UseLatestRestorableTime: true }),
      );

    await expect(restore(TableName, TableName)).rejects.toMatchObject({ name: 'TableAlreadyExistsException' });
    await expect(restore('Missing', 'Restored')).rejects.toMatchObject({ name: 'TableNotFoundException' });
  });

  behaves('a restore to a point in time needs recovery to be on', async (aws) => {
    const dynamodb = await createOrders(aws);

    const restore = dynamodb.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: TableName,
        TargetTableName: 'Restored',
        UseLatestRestorableTime: true,
      }),
    );

    await expect(restore).rejects.toMatchObject({ name: 'PointInTimeRecoveryUnavailableException' });
  });

  behaves('a restore to a time outside the window is refused', async (aws) => {
    const dynamodb = await createOrders(aws);
    await enableRecovery(aws, dynamodb);

    const restore = dynamodb.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: TableName,
        TargetTableName: 'Restored',
        RestoreDateTime: new Date('2020-01-01T00:00:00Z'),
      }),
    );

    await expect(restore).rejects.toMatchObject({ name: 'InvalidRestoreTimeException' });
  });

  behaves('the deletion of a table with point-in-time recovery leaves a system backup', async (aws) => {
    const dynamodb = await createOrders(aws);
    await enableRecovery(aws, dynamodb);

    await dynamodb.send(new DeleteTableCommand({ TableName }));

    const { BackupSummaries } = await dynamodb.send(new ListBackupsCommand({ TableName, BackupType: 'SYSTEM' }));
    expect(BackupSummaries).toMatchObject([{ BackupName: 'Orders$DeletedTableBackup', BackupType: 'SYSTEM' }]);
  });
});

conformance('DynamoDB table settings', (behaves) => {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });

  async function tableArn(dynamodb: DynamoDBClient): Promise<string> {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table?.TableArn ?? '';
  }

  behaves('a resource policy is what was put, until it is deleted', async (aws) => {
    const dynamodb = await createOrders(aws);
    const ResourceArn = await tableArn(dynamodb);

    const { RevisionId } = await dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy }));

    expect(await dynamodb.send(new GetResourcePolicyCommand({ ResourceArn }))).toMatchObject({ Policy, RevisionId });
    await dynamodb.send(new DeleteResourcePolicyCommand({ ResourceArn }));
    await expect(dynamodb.send(new GetResourcePolicyCommand({ ResourceArn }))).rejects.toMatchObject({
      name: 'PolicyNotFoundException',
      message: `Resource-based policy not found for the provided ResourceArn: ${ResourceArn}`,
    });
  });

  behaves('a resource policy with an unexpected revision is not replaced', async (aws) => {
    const dynamodb = await createOrders(aws);
    const ResourceArn = await tableArn(dynamodb);
    await dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy }));

    const put = dynamodb.send(
      new PutResourcePolicyCommand({ ResourceArn, Policy: '{"Statement":[]}', ExpectedRevisionId: 'NO_POLICY' }),
    );

    await expect(put).rejects.toMatchObject({ name: 'PolicyNotFoundException' });
  });

  behaves('a stream that is turned on shows its ARN', async (aws) => {
    const dynamodb = await createOrders(aws);

    await dynamodb.send(
      new UpdateTableCommand({
        TableName,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    );

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
    expect(Table?.LatestStreamArn).toBe(`${Table?.TableArn}/stream/${Table?.LatestStreamLabel}`);
  });

  behaves('an index that is made later holds the items that were there before', async (aws) => {
    const dynamodb = await createOrders(aws);

    await update(aws, dynamodb, {
      AttributeDefinitions: ['id', 'status'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'ById',
            KeySchema: [
              { AttributeName: 'status', KeyType: 'HASH' },
              { AttributeName: 'id', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
            ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
          },
        },
      ],
    });

    await aws.eventually(async () => (await indexNamed(dynamodb, 'ById'))?.IndexStatus === 'ACTIVE');
    const { Items } = await dynamodb.send(new ScanCommand({ TableName, IndexName: 'ById' }));
    expect(Items).toHaveLength(2);
  });

  behaves('an index changes its capacity, and goes', async (aws) => {
    const dynamodb = await createOrders(aws);
    const ProvisionedThroughput = { ReadCapacityUnits: 9, WriteCapacityUnits: 8 };

    await update(aws, dynamodb, {
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'ByStatus', ProvisionedThroughput } }],
    });
    expect(await indexNamed(dynamodb, 'ByStatus')).toMatchObject({ ProvisionedThroughput });

    await update(aws, dynamodb, { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'ByStatus' } }] });
    await aws.eventually(async () => (await indexNamed(dynamodb, 'ByStatus')) === undefined);
  });

  behaves('a table is encrypted with another key', async (aws) => {
    const dynamodb = await createOrders(aws);
    const KMSMasterKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001';

    await update(aws, dynamodb, { SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId } });

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table?.SSEDescription).toMatchObject({ Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KMSMasterKeyId });
  });

  behaves('a table is billed by request, and then has no capacity', async (aws) => {
    const dynamodb = await createOrders(aws);

    await update(aws, dynamodb, { BillingMode: 'PAY_PER_REQUEST' });

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
    expect(Table?.ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 0, WriteCapacityUnits: 0 });
  });

  behaves('the class of a table changes', async (aws) => {
    const dynamodb = await createOrders(aws);

    await update(aws, dynamodb, { TableClass: 'STANDARD_INFREQUENT_ACCESS' });

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table?.TableClassSummary?.TableClass).toBe('STANDARD_INFREQUENT_ACCESS');
  });

  async function update(aws: Aws, dynamodb: DynamoDBClient, changes: Partial<UpdateTableCommandInput>): Promise<void> {
    await dynamodb.send(new UpdateTableCommand({ TableName, ...changes }));
    await becomesActive(aws, dynamodb, TableName);
  }

  async function indexNamed(dynamodb: DynamoDBClient, name: string) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    return Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === name);
  }
});
