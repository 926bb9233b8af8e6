import { DynamoDbAccount, ORDERS } from './dynamodb-account';

const DAY = 24 * 3600;
const MINUTE = 60;
const IamRoleArn = 'arn:aws:iam::111122223333:role/Backup';
const BackupVaultName = 'Vault';
const ResourceArn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders';
const RECOVERY_POINT = 'arn:aws:backup:eu-west-1:111122223333:recovery-point:1';

let aws: DynamoDbAccount;

beforeEach(() => {
  aws = new DynamoDbAccount({ startAt: '2026-11-20T12:00:00Z' });
  aws.dynamodb.load([{ ...ORDERS, Tags: [{ Key: 'team', Value: 'shop' }] }]);
  const region = aws.account.region();
  const role = {
    RoleName: 'Backup',
    TrustedServices: ['backup.amazonaws.com'],
    ManagedPolicies: [
      'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
      'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores',
    ],
  };
  region.iam.load({ roles: [role] });
  region.backup.load({ vaults: [{ BackupVaultName }] });
});
afterEach(() => aws.close());

const backup = () => aws.account.region().backup;

/** Backs the table up as it is now; returns the recovery point's ARN. */
async function backUp(settings: object = {}): Promise<string> {
  const { BackupJobId } = backup().StartBackupJob({ BackupVaultName, ResourceArn, IamRoleArn, ...settings });
  await aws.passes(60 * MINUTE);
  return backup().DescribeBackupJob({ BackupJobId }).RecoveryPointArn ?? '';
}

function restore(RecoveryPointArn: string, settings: object = {}): string {
  const Metadata = { targetTableName: 'Restored' };
  return backup().StartRestoreJob({ RecoveryPointArn, IamRoleArn, Metadata, ...settings }).RestoreJobId ?? '';
}

const job = (RestoreJobId: string) => backup().DescribeRestoreJob({ RestoreJobId });

describe('A recovery point of a table', () => {
  it('holds the items, and lists show the name of the table', async () => {
    const RecoveryPointArn = await backUp();
    aws.delete('bob', 2);

    expect(RecoveryPointArn).toMatch(/^arn:aws:backup:eu-west-1:111122223333:recovery-point:/);
    expect(backup().ListRecoveryPointsByBackupVault({ BackupVaultName }).RecoveryPoints).toMatchObject([
      { RecoveryPointArn, ResourceName: 'Orders', ResourceType: 'DynamoDB' },
    ]);
    restore(RecoveryPointArn);
    await aws.passes(30 * MINUTE);
    expect(aws.orders('Restored')).toEqual(['ada 1 OPEN', 'bob 2 SENT']);
  });

  it("is a backup in DynamoDB's own list without the advanced features", async () => {
    backup().load({ advancedDynamoDbBackup: false });

    const BackupArn = await backUp();

    expect(BackupArn).toMatch(/^arn:aws:dynamodb:eu-west-1:111122223333:table\/Orders\/backup\//);
    expect(aws.dynamodb.ListBackups({ BackupType: 'AWS_BACKUP' }).BackupSummaries).toMatchObject([{ BackupArn }]);
    expect(aws.refusal(() => aws.dynamodb.DeleteBackup({ BackupArn })).code).toBe('ValidationException');
    aws.dynamodb.RestoreTableFromBackup({ BackupArn, TargetTableName: 'Restored' });
    await aws.passes(30 * MINUTE);
    expect(aws.orders('Restored')).toEqual(['ada 1 OPEN', 'bob 2 SENT']);
  });

  it('is copied with what it holds', async () => {
    const SourceRecoveryPoint = await backUp();
    const there = aws.account.region('eu-central-1');
    there.backup.load({ vaults: [{ BackupVaultName: 'Copies', Region: 'eu-central-1' }] });
    backup().StartCopyJob({
      RecoveryPointArn: SourceRecoveryPoint,
      SourceBackupVaultName: BackupVaultName,
      DestinationBackupVaultArn: there.arn('backup', 'backup-vault:Copies'),
      IamRoleArn,
    });
    await aws.passes(60 * MINUTE);
    const [copy] = there.backup.ListRecoveryPointsByBackupVault({ BackupVaultName: 'Copies' }).RecoveryPoints ?? [];

    there.backup.StartRestoreJob({
      RecoveryPointArn: copy?.RecoveryPointArn,
      IamRoleArn,
      Metadata: { targetTableName: 'Orders' },
    });
    await aws.passes(30 * MINUTE);

    expect(there.dynamodb.Scan({ TableName: 'Orders' }).Count).toBe(2);
  });
});

describe('A restore job of a table', () => {
  const inVault = (days: number) => ({
    RecoveryPointArn: RECOVERY_POINT,
    BackupVaultName,
    ResourceArn,
    ResourceType: 'DynamoDB',
    CreationDate: '2026-11-01T12:00:00.000Z',
    Lifecycle: { MoveToColdStorageAfterDays: days, DeleteAfterDays: 365 },
    Table: { ...ORDERS, Items: [{ customer: 'old', number: 1, status: 'KEPT' }] },
  });

  it.each([
    ['20 minutes from warm storage', 30, 'WARM', 20 * MINUTE],
    ['three hours from cold storage', 8, 'COLD', 180 * MINUTE],
  ])('takes %s', async (_what, days, StorageClass, seconds) => {
    backup().load({ recoveryPoints: [inVault(days)] });
    const point = backup().DescribeRecoveryPoint({ BackupVaultName, RecoveryPointArn: RECOVERY_POINT });

    const id = restore(RECOVERY_POINT);

    expect(point.StorageClass).toBe(StorageClass);
    await aws.passes(seconds - MINUTE);
    expect(job(id).Status).toBe('RUNNING');
    expect(aws.status('Restored')).toBe('CREATING');
    await aws.passes(2 * MINUTE);
    expect(job(id)).toMatchObject({
      Status: 'COMPLETED',
      CreatedResourceArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Restored',
    });
    expect(aws.orders('Restored')).toEqual(['old 1 KEPT']);
  });

  it("encrypts the table with a key of DynamoDB's own unless the request names another", async () => {
    const RecoveryPointArn = await backUp();
    const kmsMasterKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/2';
    restore(RecoveryPointArn);
    restore(RecoveryPointArn, { Metadata: { targetTableName: 'Secret', encryptionType: 'KMS', kmsMasterKeyArn } });
    await aws.passes(30 * MINUTE);

    expect(aws.dynamodb.DescribeTable({ TableName: 'Restored' }).Table?.SSEDescription).toBeUndefined();
    expect(aws.dynamodb.DescribeTable({ TableName: 'Secret' }).Table?.SSEDescription).toMatchObject({
      KMSMasterKeyArn: kmsMasterKeyArn,
    });
  });

  it('fails when the table is there already', async () => {
    const RecoveryPointArn = await backUp();

    const id = restore(RecoveryPointArn, { Metadata: { targetTableName: 'Orders' } });
    await aws.passes(5 * MINUTE);

    expect(job(id)).toMatchObject({ Status: 'FAILED', StatusMessage: 'Table already exists: Orders' });
    expect(aws.orders('Orders')).toHaveLength(2);
  });

  it.each(['FAILED', 'ABORTED'] as const)('that ends %s leaves half of the table behind', async (State) => {
    const RecoveryPointArn = await backUp();
    backup().load({ restoreJobs: [{ Resource: 'Orders', State }] });

    const id = restore(RecoveryPointArn);
    await aws.passes(30 * MINUTE);

    expect(job(id).Status).toBe(State);
    expect(aws.orders('Restored')).toHaveLength(1);
  });

  it('can be declared to leave nothing', async () => {
    const RecoveryPointArn = await backUp();
    backup().load({ restoreJobs: [{ Resource: 'Orders', State: 'FAILED', LeavesTable: false }] });

    restore(RecoveryPointArn);
    await aws.passes(30 * MINUTE);

    expect(aws.refusal(() => aws.status('Restored')).code).toBe('ResourceNotFoundException');
  });

  it.each([
    [{}],
    [{ targetTableName: 'Re' }],
    [{ targetTableName: 'Restored', encryptionType: 'Other' }],
    [{ targetTableName: 'Restored', newFileSystem: 'true' }],
  ])('is refused with the metadata %j', async (Metadata) => {
    const RecoveryPointArn = await backUp();

    expect(aws.refusal(() => restore(RecoveryPointArn, { Metadata })).code).toBe('InvalidParameterValueException');
  });
});

describe('The world file', () => {
  it('brings recovery points with what they hold, for as long as they live', async () => {
    const point = {
      RecoveryPointArn: RECOVERY_POINT,
      BackupVaultName,
      ResourceArn,
      ResourceType: 'DynamoDB',
      Lifecycle: { DeleteAfterDays: 7 },
      Table: ORDERS,
    };

    backup().load({ recoveryPoints: [point] });

    expect(backup().snapshot().recoveryPoints).toMatchObject([point]);
    await aws.passes(8 * DAY);
    expect(backup().snapshot().recoveryPoints).toEqual([]);
  });
});
