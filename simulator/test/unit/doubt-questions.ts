import { CreateAccessPointCommand, EFSClient } from '@aws-sdk/client-efs';
import type { Account } from '../../account';
import { partitionOf } from '../../aws-regions';
import type { DoubtName } from '../../doubts';
import { viaService } from '../../services/key-use';
import { loadWorld } from '../../world';
import {
  fileSystemArn,
  fileSystemId,
  IamRoleArn,
  recoveryVaultArn,
  sourcePoint,
  world,
} from './services/file-system-world';
import { testJobs, withPlan } from './services/restore-tests';

const HOUR_SECONDS = 3600;
const INSTANCES = ['i-0a00000000000000a', 'i-0b00000000000000b', 'i-0c00000000000000c'];
const [INSTANCE = ''] = INSTANCES;
const COPY = {
  RecoveryPointArn: sourcePoint,
  SourceBackupVaultName: 'main',
  DestinationBackupVaultArn: recoveryVaultArn,
  IamRoleArn,
};
const RESTORE = {
  RecoveryPointArn: sourcePoint,
  IamRoleArn,
  Metadata: {
    'file-system-id': fileSystemId,
    Encrypted: 'true',
    PerformanceMode: 'generalPurpose',
    CreationToken: 'run-1',
    newFileSystem: 'true',
  },
};
const SCRIPT = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['freeze.sh'] } };

const TableName = 'Orders';

function withTable(account: Account) {
  loadWorld(account, { tables: [{ TableName, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] }] });
  return account.region();
}

function withFileSystem(account: Account, changes: Partial<typeof world> = {}) {
  loadWorld(account, { ...world, ...changes });
  return account.region();
}

function withInstances(account: Account, script: { Status: 'Failed' | 'Success'; Seconds?: number; Output?: string }) {
  const instances = INSTANCES.map((InstanceId) => ({ InstanceId, VolumeIds: [`vol-${InstanceId}`] }));
  const Scripts = [{ Contains: 'freeze', ...script }];
  loadWorld(account, {
    ...world,
    instances: instances.map((instance, index) => (index === 0 ? { ...instance, Scripts } : instance)),
  });
  return account.region();
}

function outcomeOf(request: () => unknown): unknown {
  try {
    return request();
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

async function copied(account: Account, changes: Partial<typeof world> = {}, input: Partial<typeof COPY> = {}) {
  const { backup } = withFileSystem(account, changes);
  const { CopyJobId } = backup.StartCopyJob({ ...COPY, ...input });
  await account.clock.sleep(HOUR_SECONDS);
  return backup.DescribeCopyJob({ CopyJobId }).CopyJob?.State;
}

async function restored(account: Account, metadata: object, seconds: number) {
  const { backup } = withFileSystem(account);
  const Metadata = Object.fromEntries(
    Object.entries({ ...RESTORE.Metadata, ...metadata }).filter(([, value]) => value),
  );
  const { RestoreJobId } = backup.StartRestoreJob({ ...RESTORE, Metadata });
  await account.clock.sleep(seconds);
  const { Status, CreatedResourceArn } = backup.DescribeRestoreJob({ RestoreJobId });
  return { Status, CreatedResourceArn };
}

async function commanded(account: Account, script: Parameters<typeof withInstances>[1], input: object) {
  const { ssm } = withInstances(account, script);
  const { Command } = ssm.SendCommand({ ...SCRIPT, ...input });
  await account.clock.sleep(2 * HOUR_SECONDS);
  const CommandId = Command?.CommandId;
  return {
    command: ssm.ListCommands({ CommandId }).Commands?.[0]?.Status,
    invocations: ssm.ListCommandInvocations({ CommandId }).CommandInvocations?.map(({ Status }) => Status),
  };
}

/** An export of the hour in which an item was written like this: the keys of its files and the number of its records. */
async function exported(account: Account, writes: ('PutItem' | 'UpdateItem' | 'DeleteItem')[] = []) {
  const { dynamodb, s3 } = account.region();
  const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' as const }];
  const Items = [{ id: 'known', count: 1 }];
  dynamodb.load([{ TableName: 'Orders', KeySchema, Items, PointInTimeRecoveryEnabled: true }]);
  s3.createBucket('exports');
  const from = account.clock.date;
  await account.clock.sleep(60);
  const ofNew = { TableName: 'Orders', Key: { id: { S: 'new' } }, Item: { id: { S: 'new' } } };
  for (const write of writes) {
    if (write === 'PutItem') dynamodb.PutItem(ofNew);
    else if (write === 'DeleteItem') dynamodb.DeleteItem(ofNew);
    else dynamodb.UpdateItem({ TableName: 'Orders', Key: { id: { S: 'known' } } });
  }
  await account.clock.sleep(HOUR_SECONDS);
  const { ExportDescription } = dynamodb.ExportTableToPointInTime({
    TableArn: account.region().arn('dynamodb', 'table/Orders'),
    S3Bucket: 'exports',
    ExportType: 'INCREMENTAL_EXPORT',
    IncrementalExportSpecification: { ExportFromTime: from },
  });
  await account.clock.sleep(HOUR_SECONDS);
  const { ExportArn } = ExportDescription ?? {};
  const keys = (s3.keys('exports') ?? []).map((key) => key.split('/').at(-1) ?? '');
  return { keys, count: dynamodb.DescribeExport({ ExportArn }).ExportDescription?.ItemCount };
}

/** What one has to ask an account about each doubt: the answer depends on its behaviour. */
export const FURTHER_QUESTIONS = {
  'dynamodb.burstCapacity': async (aws) => {
    const { dynamodb } = aws.region();
    const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
    const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' as const }];
    dynamodb.load([{ TableName: 'Small', KeySchema, BillingMode: 'PROVISIONED', ProvisionedThroughput }]);
    try {
      for (const id of ['1', '2', '3']) dynamodb.PutItem({ TableName: 'Small', Item: { id: { S: id } } });
      return 'all';
    } catch (error) {
      return (error as Error).name;
    }
  },
  'dynamodb.exportChecksumFiles': async (aws) => (await exported(aws)).keys.filter((key) => /manifest/.test(key)),
  'dynamodb.exportOfInsertAndDelete': async (aws) => (await exported(aws, ['PutItem', 'DeleteItem'])).count,
  'dynamodb.exportOfUnchangedItem': async (aws) => (await exported(aws, ['UpdateItem'])).count,
  'backup.copyAndSilentRegion': (account) => {
    account.unreachableRegions.add('eu-central-1');
    return copied(account);
  },
  'backup.copyFromColdStorage': (account) =>
    copied(account, {
      recoveryPoints: world.recoveryPoints?.map((each) => ({ ...each, Lifecycle: { MoveToColdStorageAfterDays: 1 } })),
    }),
  'backup.copyIntoMissingVault': (account) =>
    copied(account, {}, { DestinationBackupVaultArn: `${recoveryVaultArn}-none` }),
  'backup.createdResourceArn': (account) => restored(account, {}, 600),
  'backup.pastCompleteWindow': async (account) => {
    const { backup } = withFileSystem(account, {
      backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 10 * HOUR_SECONDS }],
    });
    const ResourceArn = fileSystemArn;
    const windows = { StartWindowMinutes: 60, CompleteWindowMinutes: 120 };
    const { BackupJobId } = backup.StartBackupJob({ BackupVaultName: 'main', ResourceArn, IamRoleArn, ...windows });
    await account.clock.sleep(3 * HOUR_SECONDS);
    return backup.DescribeBackupJob({ BackupJobId }).State;
  },
  'backup.rightsOfCopies': (account) => copied(account, {}, { IamRoleArn: 'arn:aws:iam::111122223333:role/BareRole' }),
  'ssm.agentAfterProfile': async (account) => {
    const InstanceId = INSTANCE;
    loadWorld(account, { instances: [{ InstanceId, Ssm: 'Unmanaged' }] });
    const { ec2, iam, ssm } = account.region();
    const arn = `arn:aws:iam::${account.id}:instance-profile/tests`;
    iam.instanceProfiles.set(arn, `arn:aws:iam::${account.id}:role/tests`);
    ec2.AssociateIamInstanceProfile({ InstanceId, IamInstanceProfile: { Arn: arn } });
    await account.clock.sleep(600);
    const Filters = [{ Key: 'InstanceIds', Values: [InstanceId] }];
    return ssm.DescribeInstanceInformation({ Filters }).InstanceInformationList?.[0]?.PingStatus;
  },
  'backup.failedTestLeftovers': async (account) => {
    const { planArn } = withPlan(account, { State: 'FAILED' });
    await account.clock.sleep(12 * HOUR_SECONDS);
    return testJobs(account, planArn)[0]?.DeletionStatus;
  },
  'backup.lateValidation': async (account) => {
    const { backup, planArn } = withPlan(account);
    await account.clock.sleep(12 * HOUR_SECONDS);
    const [{ RestoreJobId } = {}] = testJobs(account, planArn);
    // TIMED_OUT counts as a result; the other doubt is not asked here.
    return outcomeOf(() => backup.PutRestoreValidationResult({ RestoreJobId, ValidationStatus: 'VALIDATING' }));
  },
  'backup.secondValidation': async (account) => {
    const { backup, planArn } = withPlan(account);
    await account.clock.sleep(6 * HOUR_SECONDS);
    const [{ RestoreJobId } = {}] = testJobs(account, planArn);
    backup.PutRestoreValidationResult({ RestoreJobId, ValidationStatus: 'FAILED' });
    return outcomeOf(() => backup.PutRestoreValidationResult({ RestoreJobId, ValidationStatus: 'SUCCESSFUL' }));
  },
  'backup.tagsOfTest': async (account) => {
    const { planArn } = withPlan(account);
    await account.clock.sleep(6 * HOUR_SECONDS);
    const [{ CreatedResourceArn = '' } = {}] = testJobs(account, planArn);
    return Object.keys(account.region().efs.fileSystem(CreatedResourceArn.split('/').at(-1) ?? '')?.tags ?? {});
  },
  'backup.testDeletion': async (account) => {
    const { backup, planArn } = withPlan(account);
    await account.clock.sleep(6 * HOUR_SECONDS);
    const [{ RestoreJobId } = {}] = testJobs(account, planArn);
    backup.PutRestoreValidationResult({ RestoreJobId, ValidationStatus: 'SUCCESSFUL' });
    return backup.DescribeRestoreJob({ RestoreJobId }).DeletionStatus;
  },
  'backup.snapshotTag': async (account) => {
    const { backup, ec2 } = withInstances(account, { Status: 'Success' });
    const ResourceArn = `arn:aws:ec2:eu-west-1:111122223333:instance/${INSTANCE}`;
    backup.StartBackupJob({ BackupVaultName: 'main', ResourceArn, IamRoleArn });
    await account.clock.sleep(HOUR_SECONDS);
    return ec2.DescribeSnapshots({}).Snapshots?.map(({ Tags }) => Tags);
  },
  'dynamodb.onDemandBackup': async (account) => {
    const { dynamodb } = withTable(account);
    dynamodb.PutItem({ TableName, Item: { id: { S: '1' } } });
    const { BackupDetails } = dynamodb.CreateBackup({ TableName, BackupName: 'nightly' });
    return dynamodb.backups.find(BackupDetails?.BackupArn ?? '').image.items.length;
  },
  'dynamodb.restoreOverExisting': async (account) => {
    const { dynamodb } = withTable(account);
    const restore = { TargetTableName: TableName, BackupArn: 'arn:aws:dynamodb:eu-west-1:1:table/Orders/backup/1' };
    return dynamodb.access('RestoreTableFromBackup', restore).length;
  },
  'dynamodb.systemBackup': async (account) => {
    const { dynamodb } = withTable(account);
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    dynamodb.UpdateContinuousBackups({ TableName, PointInTimeRecoverySpecification });
    dynamodb.DeleteTable({ TableName });
    return dynamodb.ListBackups({ BackupType: 'SYSTEM' }).BackupSummaries?.length;
  },
  'ec2.resourceTokens': async (account) => {
    const { ec2 } = withInstances(account, { Status: 'Success' });
    for (let requests = 0; requests < 500; requests += 1) ec2.StopInstances({ InstanceIds: INSTANCES });
    return 'not throttled';
  },
  'backup.optOutOfRecoveries': async (account) => {
    const { backup } = withFileSystem(account, { backupTurnedOff: ['EFS'] });
    return typeof backup.StartCopyJob(COPY).CopyJobId;
  },
  'efs.serviceLinkedRole': async (account) =>
    account
      .region()
      .efs.access('CreateMountTarget', { FileSystemId: fileSystemId })
      .some(({ action }) => action.startsWith('iam:')),
  'kms.viaServiceInChina': async (account) => {
    // The account's partition follows from its region.
    const region = Object.create(account.region(), {
      account: { value: Object.create(account, { partition: { value: partitionOf('cn-north-1') } }) },
    });
    return viaService(region, 'ec2');
  },
  'ec2.startWithoutKey': async (account) => {
    const InstanceId = INSTANCES[0] ?? '';
    loadWorld(account, { instances: [{ InstanceId, State: 'stopped', VolumeKmsKeyId: 'none' }] });
    const { ec2 } = account.region();
    ec2.StartInstances({ InstanceIds: [InstanceId] });
    await account.clock.sleep(60);
    return ec2.DescribeInstances({ InstanceIds: [InstanceId] }).Reservations?.[0]?.Instances?.[0]?.StateReason?.Code;
  },
  'efs.accessPointRate': async (account) => {
    withFileSystem(account);
    const efs = account.endpoint.client(EFSClient);
    const create = (_: unknown, n: number) =>
      efs.send(new CreateAccessPointCommand({ FileSystemId: fileSystemId, ClientToken: `token-${n}` }));
    return (await Promise.all(Array.from({ length: 60 }, create))).length;
  },
  'efs.accessPointTokenKnown': async (account) => {
    const { efs } = withFileSystem(account);
    efs.CreateAccessPoint({ FileSystemId: fileSystemId, ClientToken: 'a' });
    return efs.CreateAccessPoint({ FileSystemId: fileSystemId, ClientToken: 'a' });
  },
  'efs.automaticBackupsTag': async (account) => {
    const { efs } = withFileSystem(account);
    efs.PutBackupPolicy({ FileSystemId: fileSystemId, BackupPolicy: { Status: 'ENABLED' } });
    await account.clock.sleep(60);
    return efs.DescribeFileSystems({ FileSystemId: fileSystemId }).FileSystems?.[0]?.Tags;
  },
  'efs.metering': async (account) => {
    const { CreatedResourceArn } = await restored(account, {}, 2 * HOUR_SECONDS);
    const FileSystemId = CreatedResourceArn?.split('/').at(-1);
    return account.region().efs.DescribeFileSystems({ FileSystemId }).FileSystems?.[0]?.SizeInBytes?.Value;
  },
  'efs.policyWithoutResource': async (account) => {
    const Policy = JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: '*' } });
    return withFileSystem(account).efs.PutFileSystemPolicy({ FileSystemId: fileSystemId, Policy });
  },
  'ssm.incompleteCommand': (account) =>
    commanded(account, { Status: 'Failed' }, { InstanceIds: INSTANCES, MaxErrors: '1' }),
  'ssm.scriptOfDeadInstance': async (account) => {
    const { ec2, ssm } = withInstances(account, { Status: 'Success', Seconds: 300 });
    const { Command } = ssm.SendCommand({ ...SCRIPT, InstanceIds: [INSTANCE] });
    await account.clock.sleep(60);
    ec2.StopInstances({ InstanceIds: [INSTANCE] });
    await account.clock.sleep(600);
    return ssm.GetCommandInvocation({ CommandId: Command?.CommandId, InstanceId: INSTANCE }).Status;
  },
} satisfies { [Name in DoubtName]?: (account: Account) => Promise<unknown> };
