import {
  close,
  DESTINATION,
  FILE_SYSTEM,
  IN_DESTINATION,
  inputWith,
  open,
  pass,
  recoveryPoint,
  run,
  SOURCE,
  type Workflow,
  world,
} from '../../../scenarios/efs-recovery/recovery';
import type { World } from '../../../scenarios/world';
import { wantsRefusals } from '../../setup/refusals';

afterEach(close);

interface Case {
  input?: Record<string, unknown>;
  world?: Partial<World>;
  problem: string | RegExp;
}

const OTHER_ROLE = 'arn:aws:iam::111122223333:role/other';

/** Each refused before anything is begun. */
const RESTORES: Record<string, Case> = {
  'a malformed file system id': { input: { FileSystemID: 'fs-1' }, problem: 'FileSystemID: must be a file system id' },
  'no file system id': { input: { FileSystemID: undefined }, problem: 'FileSystemID: is missing' },
  'an unknown key': {
    input: { FileSystemId: FILE_SYSTEM },
    problem: 'FileSystemId is not a key of the input; did you mean FileSystemID?',
  },
  'five thousand unknown keys, in words that fit into a cause': {
    input: Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`an-unknown-key-number-${index}`, 1])),
    problem: 'and 4,960 more problems',
  },
  'a region that does not exist': {
    input: {
      DestinationRegionName: 'eu-nowhere-9',
      BackupVaultDestinationArn: 'arn:aws:backup:eu-nowhere-9:111122223333:backup-vault:recovery',
    },
    problem: 'DestinationRegionName: there is no region eu-nowhere-9',
  },
  'a region that is not enabled (S2-F17)': {
    input: {
      DestinationRegionName: 'af-south-1',
      BackupVaultDestinationArn: 'arn:aws:backup:af-south-1:111122223333:backup-vault:recovery',
    },
    problem: 'DestinationRegionName: af-south-1 is not enabled in this account',
  },
  'a source region that is not enabled (S2-F17)': {
    input: { SourceRegionName: 'af-south-1' },
    problem: 'SourceRegionName: af-south-1 is not enabled in this account',
  },
  'a destination that does not answer': {
    world: { unreachableRegions: [DESTINATION] },
    problem: `DestinationRegionName: ${DESTINATION} does not answer`,
  },
  'a vault in another region': {
    input: { BackupVaultDestinationArn: 'arn:aws:backup:eu-west-3:111122223333:backup-vault:recovery' },
    problem: 'BackupVaultDestinationArn: the vault is in eu-west-3',
  },
  'a key of another region': {
    input: { DestinationKmsKeyId: `arn:aws:kms:${SOURCE}:111122223333:key/1` },
    problem: `DestinationKmsKeyId: the key is in ${SOURCE}`,
  },
  'a key that does not exist, hours before the restore job would find out': {
    input: { DestinationKmsKeyId: `arn:aws:kms:${DESTINATION}:111122223333:key/1` },
    problem: 'does not exist in eu-central-1, so no file system can be encrypted with it',
  },
  'a key that is about to be deleted': {
    input: { DestinationKmsKeyId: `arn:aws:kms:${DESTINATION}:111122223333:key/1` },
    world: { keys: [{ KeyId: '1', KeyState: 'PendingDeletion', Region: DESTINATION }] },
    problem: 'is PendingDeletion in eu-central-1',
  },
  'a vault that does not exist in the destination': {
    world: { vaults: [{ BackupVaultName: 'nightly' }] },
    problem: `BackupVaultDestinationArn: there is no backup vault recovery in ${DESTINATION}`,
  },
  'no recovery point': { world: { recoveryPoints: [] }, problem: 'FileSystemID: there is no completed recovery point' },
  'a source vault that does not exist, and no copy': {
    input: { BackupVaultSourceName: 'weekly' },
    problem: 'the source vault could not be read',
  },
  'a recovery point of another file system': {
    world: {
      recoveryPoints: [
        recoveryPoint(20, {
          ResourceArn: `arn:aws:elasticfilesystem:${SOURCE}:111122223333:file-system/fs-0123456789abcdef1`,
        }),
      ],
    },
    input: { RecoveryPointArn: recoveryPoint(20).RecoveryPointArn },
    problem: `RecoveryPointArn: it is not a recovery point of ${FILE_SYSTEM}`,
  },
  'a recovery point that is not completed': {
    world: { recoveryPoints: [recoveryPoint(20, { Status: 'PARTIAL' })] },
    input: { RecoveryPointArn: recoveryPoint(20).RecoveryPointArn },
    problem: 'RecoveryPointArn: the recovery point is PARTIAL',
  },
  'a role that does not exist': {
    input: { CopyJobIAMRoleArn: OTHER_ROLE },
    world: { parameters: { AdditionalBackupRoleArns: OTHER_ROLE } },
    problem: 'CopyJobIAMRoleArn: the role other does not exist',
  },
  'a role that AWS Backup may not assume': {
    input: { RestoreJobIamRoleArn: OTHER_ROLE },
    world: {
      parameters: { AdditionalBackupRoleArns: OTHER_ROLE },
      roles: [{ RoleName: 'other', TrustedServices: ['ec2.amazonaws.com'], ManagedPolicies: [] }],
    },
    problem: 'RestoreJobIamRoleArn: AWS Backup may not assume the role other',
  },
  'a role of another account': {
    input: { RestoreJobIamRoleArn: 'arn:aws:iam::444455556666:role/other' },
    problem: 'RestoreJobIamRoleArn: the role belongs to the account 444455556666',
  },
  'a role for the calls that cannot be assumed': {
    input: { AutomationAssumeRole: OTHER_ROLE },
    problem: 'AutomationAssumeRole: the role cannot be assumed',
  },
  'a lock that refuses the lifecycle': {
    input: { Lifecycle: { DeleteAfterDays: 7 } },
    world: {
      vaults: [
        { BackupVaultName: 'nightly' },
        { BackupVaultName: 'recovery', Region: DESTINATION, MinRetentionDays: 30 },
      ],
    },
    problem: 'Lifecycle: the lock of the vault recovery wants at least 30 days, and it would be kept for 7',
  },
  'a lock that refuses the lifecycle that the copy would keep': {
    world: {
      vaults: [
        { BackupVaultName: 'nightly' },
        { BackupVaultName: 'recovery', Region: DESTINATION, MaxRetentionDays: 30 },
      ],
      recoveryPoints: [recoveryPoint(20, { Lifecycle: { DeleteAfterDays: 35 } })],
    },
    problem: 'Lifecycle: the lock of the vault recovery allows at most 30 days, and it would be kept for 35',
  },
  'a subnet that does not exist': {
    input: { MountTargets: [{ SubnetId: 'subnet-0c', SecurityGroupIds: ['sg-0c'] }] },
    problem: /there is no subnet subnet-0c[\s\S]*there is no security group sg-0c/,
  },
  'two subnets of one Availability Zone': {
    input: { MountTargets: [{ SubnetId: 'subnet-0a' }, { SubnetId: 'subnet-0b' }] },
    world: {
      subnets: ['subnet-0a', 'subnet-0b'].map((SubnetId) => ({
        SubnetId,
        VpcId: 'vpc-1',
        AvailabilityZone: `${DESTINATION}a`,
        Region: DESTINATION,
      })),
    },
    problem: 'subnet-0a and subnet-0b are both in',
  },
};

const BACKUPS: Record<string, Case> = {
  'a malformed file system id': { input: { FileSystemID: 'i-1' }, problem: 'FileSystemID: must be a file system id' },
  'a file system that does not exist': {
    world: { fileSystems: [] },
    problem: `FileSystemID: ${FILE_SYSTEM} does not exist in ${SOURCE}`,
  },
  'a vault that does not exist': {
    input: { BackupVaultName: 'weekly' },
    problem: 'BackupVaultName: there is no backup vault',
  },
  'a role of another account': {
    input: { BackupJobIamRoleArn: 'arn:aws:iam::444455556666:role/other' },
    problem: 'BackupJobIamRoleArn: the role belongs to the account 444455556666',
  },
  'a lifecycle that cannot be': {
    input: { Lifecycle: { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 50 } },
    problem: 'at least 90 days more',
  },
  'a complete window that is too short': {
    input: { StartWindowMinutes: 120, CompleteWindowMinutes: 130 },
    problem: 'CompleteWindowMinutes: must be at least 60 more',
  },
  'a lock that refuses the lifecycle': {
    input: { Lifecycle: { DeleteAfterDays: 7 } },
    world: { vaults: [{ BackupVaultName: 'nightly', MinRetentionDays: 30 }] },
    problem: 'Lifecycle: the lock of the vault nightly wants at least 30 days',
  },
  'a role for the calls that cannot be assumed': {
    input: { AutomationAssumeRole: OTHER_ROLE },
    problem: 'AutomationAssumeRole: the role cannot be assumed',
  },
};

async function expectRefused(workflow: Workflow, { input, world: changes, problem }: Case): Promise<void> {
  wantsRefusals();
  const roles = [...(world(workflow).roles ?? []), ...(changes?.roles ?? [])];
  const refused = await run(workflow, { world: world(workflow, { ...changes, roles }), input });
  expect(refused).toMatchObject({ status: 'FAILED', error: 'InvalidInputError' });
  expect(refused.cause).toMatch(typeof problem === 'string' ? new RegExp(literal(problem)) : problem);
  expect(refused.changingCalls).toEqual([]);
  expect(refused.notifications).toHaveLength(1);
  expect(refused.simulation.items('LocksTable')).toEqual([]);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('A wrong input of efs-copy-restore is refused', () => {
  it.each(Object.entries(RESTORES))('%s', (_name, found) => expectRefused('efs-copy-restore', found), 30_000);
});

describe('A wrong input of efs-backup is refused', () => {
  it.each(Object.entries(BACKUPS))('%s', (_name, found) => expectRefused('efs-backup', found), 30_000);
});

it('Everything that is wrong comes in one error', async () => {
  const refused = await run('efs-copy-restore', {
    world: world('efs-copy-restore', {
      vaults: [{ BackupVaultName: 'nightly' }],
      recoveryPoints: [recoveryPoint(20, IN_DESTINATION)],
    }),
    input: {
      FileSystemID: 'fs-1',
      DestinationRegion: 'eu-central-1',
      CopyJobIAMRoleArn: 'arn:aws:iam::444455556666:role/other',
      MountTargets: [{ SubnetId: 'net-1' }],
    },
  });
  for (const part of [
    'FileSystemID',
    'DestinationRegion is not',
    'CopyJobIAMRoleArn',
    'MountTargets.0.SubnetId',
    'no backup vault recovery',
  ])
    expect(refused.cause).toContain(part);
});

it('A second run on a file system is refused while the first one runs', async () => {
  // Act
  const simulation = await open('efs-backup');
  const one = simulation.start('efs-backup', inputWith('efs-backup'), 'one');
  await pass(simulation, 20);
  const two = simulation.start('efs-backup', inputWith('efs-backup'), 'two');
  await simulation.finish(two);
  await simulation.finish(one);

  // Assess
  expect(two).toMatchObject({ status: 'FAILED', error: 'TargetBusyError' });
  expect(one.status).toBe('SUCCEEDED');
});

it.each([
  ['efs-backup', { AutomationAssumeRole: '', Lifecycle: null, RecoveryPointTags: {}, StartWindowMinutes: '' }],
  [
    'efs-copy-restore',
    { AutomationAssumeRole: null, RecoveryPointArn: '', SourceRegionName: {}, MountTargets: null, DryRun: '' },
  ],
] as const)('Empty optional keys of %s count as absent', async (workflow, input) => {
  const { status, cause } = await run(workflow, { input });
  expect([status, cause]).toEqual(['SUCCEEDED', '']);
});
