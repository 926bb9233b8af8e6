import { Backup } from '@aws-sdk/client-backup';
import type { World } from '../../simulator/world';
import { LocalAccount } from './local-account';

const ACCOUNT = '111122223333';
const EBS_KEY_ID = '0000eb50-12ab-34cd-56ef-1234567890ab';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${KEY_ID}`;
const FILE_SYSTEM = 'fs-0123456789abcdef0';
const FILE_SYSTEM_ARN = `arn:aws:elasticfilesystem:eu-west-1:${ACCOUNT}:file-system/${FILE_SYSTEM}`;
const AUTOMATIC = 'aws/efs/automatic-backup-vault';
const Tags = { 'backup-job': 'true' };
/** As many tags as a recovery point may have. */
const TAGS = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag-${index}`, '']));
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const point = (number: number, BackupVaultName: string, more: object = {}) => ({
  RecoveryPointArn: `arn:aws:backup:eu-west-1:${ACCOUNT}:recovery-point:${number}`,
  BackupVaultName,
  ResourceArn: FILE_SYSTEM_ARN,
  ResourceType: 'EFS',
  CreationDate: '2026-06-20T03:00:00Z',
  ...more,
});

/** Everything that makes a run fail and that can be known beforehand. */
const WORLD: World = {
  parameters: {
    PrePostBackupScheduleState: 'ENABLED',
    PrePostBackupScheduleInput: JSON.stringify({
      TargetEC2TagKey: 'backup-job',
      TargetEC2TagValue: 'true',
      StartStopEC2Required: true,
      BackupDetails: {
        BackupVaultName: 'locked',
        IamRoleArn: role('no-rights'),
        WindowsVSS: true,
        Lifecycle: { MoveToColdStorageAfterDays: 30, DeleteAfterDays: 365 },
      },
    }),
    EfsBackupScheduleState: 'ENABLED',
    EfsBackupScheduleInput: JSON.stringify({
      FileSystemID: FILE_SYSTEM,
      BackupVaultName: 'air-gapped',
      BackupJobIamRoleArn: role('no-rights'),
      RecoveryPointTags: { 'aws:owner': 'ops', 'size 🚀': '1', ...TAGS },
    }),
    AdditionalBackupRoleArns: role('no-rights'),
    EfsToEfsSourceFileSystemId: FILE_SYSTEM,
    EfsToEfsVpcId: 'vpc-0a1b2c3d4e5f60001',
    EfsToEfsSubnetIds: 'subnet-0a1b2c3d4e5f6000a',
    EfsToEfsSourceSecurityGroupId: 'sg-0a1b2c3d4e5f60001',
  },
  vaults: [
    { BackupVaultName: 'locked', MinRetentionDays: 7, MaxRetentionDays: 35 },
    { BackupVaultName: 'air-gapped', VaultType: 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT', VaultState: 'CREATING' },
    { BackupVaultName: AUTOMATIC },
    { BackupVaultName: 'usable' },
  ],
  roles: [
    { RoleName: 'no-rights', TrustedServices: ['backup.amazonaws.com'], ManagedPolicies: [] },
    {
      RoleName: 'rights',
      TrustedServices: ['backup.amazonaws.com'],
      ManagedPolicies: ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'],
    },
    {
      RoleName: 'restores-without-tags',
      TrustedServices: ['backup.amazonaws.com'],
      ManagedPolicies: ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'],
      Policies: {
        restores: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: ['elasticfilesystem:Restore', 'elasticfilesystem:CreateFileSystem', 'dynamodb:*'],
            Resource: '*',
          },
        },
      },
    },
  ],
  backupTurnedOff: ['EFS', 'DynamoDB'],
  advancedDynamoDbBackup: false,
  keys: [{ KeyId: KEY_ID, KeyState: 'Disabled' }, { KeyId: EBS_KEY_ID }],
  ebsDefaultKeyId: EBS_KEY_ID,
  subnets: [{ SubnetId: 'subnet-0a1b2c3d4e5f6000a', VpcId: 'vpc-0a1b2c3d4e5f60001', AvailabilityZone: 'eu-west-1a' }],
  securityGroups: [{ GroupId: 'sg-0a1b2c3d4e5f60001', VpcId: 'vpc-0a1b2c3d4e5f60001' }],
  instances: [
    { InstanceId: 'i-00000000000000001', Tags, StopProtection: true },
    { InstanceId: 'i-00000000000000002', Tags, VolumeKmsKeyId: KEY },
    { InstanceId: 'i-00000000000000003', Tags },
    { InstanceId: 'i-00000000000000004', Tags, Spot: 'one-time' },
  ],
  fileSystems: [{ FileSystemId: FILE_SYSTEM }, { FileSystemId: 'fs-0fedcba9876543210' }],
  recoveryPoints: [
    point(1, 'locked', { Lifecycle: { MoveToColdStorageAfterDays: 30, DeleteAfterDays: 365 } }),
    point(2, AUTOMATIC, { ResourceArn: FILE_SYSTEM_ARN.replace(FILE_SYSTEM, 'fs-0fedcba9876543210') }),
  ],
};

// Whole processes beside a whole account.
jest.setTimeout(120_000);

describe('On a stack with everything that makes a run fail, doctor says', () => {
  let account: LocalAccount;
  let said = '';

  beforeAll(async () => {
    account = await LocalAccount.serve({ minutesPerSecond: 0.1, world: WORLD });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const backup = new Backup({ endpoint: account.url, region: 'eu-west-1', credentials });
    await backup.startBackupJob({
      BackupVaultName: 'usable',
      ResourceArn: `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-00000000000000003`,
      IamRoleArn: role('rights'),
    });
    const config = account.file('doctor.json', { backupRole: role('restores-without-tags') });
    said = account.run(['doctor', '--port', String(account.port), '--config', config]).stdout;
  });

  afterAll(() => account.stop());

  it.each([
    ['a lock that the retention does not fit', /✗ backup vault locked: .*allows at most 35 days/],
    ['a type of vault that takes no backup job', /✗ backup vault air-gapped: .*LOGICALLY_AIR_GAPPED_BACKUP_VAULT/],
    ['a vault that is not ready', /✗ backup vault air-gapped: .*is CREATING/],
    ['a service that is not opted in to', /✗ AWS Backup for EFS: .*turned off for EFS in eu-west-1/],
    ['another one', /✗ AWS Backup for DynamoDB/],
    ['tables that AWS Backup does not keep itself', /✗ advanced DynamoDB backup: .*cannot be copied/],
    ['stop protection', /✗ instance i-00000000000000001: protected against a stop/],
    [
      'a key that cannot be used',
      new RegExp(`✗ key ${KEY}: .*vol-00000000000000002 of i-00000000000000002 is Disabled`),
    ],
    ['a job that is running', /✗ instance i-00000000000000003: AWS Backup is busy with it/],
    ['a role without rights', /✗ role no-rights: .*ec2:CreateImage, elasticfilesystem:Backup/],
    ['a tag with a prefix of AWS', /✗ schedule EfsBackupSchedule: .*"aws:owner" must not begin with aws:/],
    ['a tag with characters that tags cannot have', /✗ schedule EfsBackupSchedule: .*"size 🚀" may hold letters/],
    ['too many tags', /✗ schedule EfsBackupSchedule: .*must have at most 50 tags, but has 52/],
    [
      'a role that may restore a file system and not tag it',
      /✗ role restores-without-tags: lacks .*ForRestores, and with it elasticfilesystem:TagResource$/m,
    ],
    ['an instance that cannot be stopped', /✗ instance i-00000000000000004: a one-time Spot Instance/],
    ['VSS together with a stop', /✗ schedule of pre-post-backup: .*WindowsVSS has no effect/],
    ['cold storage for EC2', /✗ schedule of pre-post-backup: .*MoveToColdStorageAfterDays has no effect/],
    [
      'recovery points that are all cold',
      new RegExp(`✗ file system ${FILE_SYSTEM}: all 1 recovery points are in cold storage`),
    ],
    [
      'a default key for EBS that keeps the worker of EFS-to-EFS away',
      /✗ disk of the EFS-to-EFS worker: .*does not name AWSServiceRoleForAutoScaling/,
    ],
    [
      'a file system that only the automatic backups hold',
      /✗ backup vault aws\/efs\/automatic-backup-vault: .*denies StartCopyJob.*denies StartRestoreJob.*fs-0fedcba9876543210 has no other recovery point/,
    ],
  ])('%s, with what to do', (_, line) => {
    expect(said).toMatch(line);
    expect(said.slice(said.search(line)).split('\n')[1]).toMatch(/^ {2}\S/);
  });
});
