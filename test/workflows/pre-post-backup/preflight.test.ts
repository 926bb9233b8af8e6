import {
  alike,
  BACKUP,
  closeFleet,
  EVERYTHING,
  Fleet,
  inputByTag,
  instances,
  PRE,
  ROLE_ARN,
  type Run,
  script,
  VAULT,
} from '../../../scenarios/pre-post-backup/fleet';
import type { World } from '../../../simulator/world';

afterEach(closeFleet);

function backup(more: object): object {
  return inputByTag({ ...EVERYTHING, BackupDetails: { ...BACKUP, ...more } });
}

async function runWith(world: World, input: unknown): Promise<{ fleet: Fleet; run: Run }> {
  const fleet = await Fleet.open({ instances: alike(1), ...world });
  return { fleet, run: await fleet.run(input) };
}

/** Before the stop, in the one message that lists everything. */
function expectRefused(fleet: Fleet, run: Run, problem: string): void {
  expect(run.error).toBe('InvalidInputError');
  expect(run.cause).toContain(problem);
  expect(fleet.changingCalls()).toEqual([]);
}

describe('What makes every job fail is found before the fleet is stopped', () => {
  const lock = { BackupVaultName: VAULT, MinRetentionDays: 7, MaxRetentionDays: 35 };

  it.each<[string, World, object, string]>([
    ['a lock, no retention', { vaults: [lock] }, {}, 'allows at most 35 days, and it would never expire'],
    ['a lock, too short', { vaults: [lock] }, { Lifecycle: { DeleteAfterDays: 3 } }, 'wants at least 7 days'],
    [
      'an air-gapped vault',
      { vaults: [{ BackupVaultName: VAULT, VaultType: 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT' }] },
      {},
      'BackupDetails.BackupVaultName: the vault nightly is a LOGICALLY_AIR_GAPPED_BACKUP_VAULT',
    ],
    [
      'a vault that is not ready',
      { vaults: [{ BackupVaultName: VAULT, VaultState: 'CREATING' }] },
      {},
      'the vault nightly is CREATING',
    ],
    [
      'AWS Backup turned off for EC2',
      { backupTurnedOff: ['EC2'] },
      {},
      'AWS Backup is turned off for EC2 in eu-west-1',
    ],
    [
      'a role without the right to back up',
      { roles: [{ RoleName: 'backup-role', TrustedServices: ['backup.amazonaws.com'], ManagedPolicies: [] }] },
      {},
      'the role backup-role is not allowed ec2:CreateImage',
    ],
    ['a reserved tag', {}, { RecoveryPointTags: { 'aws:owner': 'ops' } }, '"aws:owner" must not begin with aws:'],
    [
      '51 tags',
      {},
      { RecoveryPointTags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, ''])) },
      'must have at most 50 tags, but has 51',
    ],
    ['a tag with other characters', {}, { RecoveryPointTags: { 'size 🚀': '1' } }, 'may hold letters, digits, spaces'],
  ])('%s', async (_, world, details, problem) => {
    // Act
    const { fleet, run } = await runWith(world, backup(details));
    // Assess
    expectRefused(fleet, run, problem);
  });
});

describe('What could not be looked up is one warning and stops nothing', () => {
  it.each<[string, string, string]>([
    ['the service opt-in', 'backup:DescribeRegionSettings', 'turned on for EC2 in eu-west-1 could not be looked up'],
    [
      'the vault',
      'backup:DescribeBackupVault',
      'the vault nightly could not be looked at without backup:DescribeBackupVault',
    ],
    ['the rights of the role', 'iam:SimulatePrincipalPolicy', 'allowed ec2:CreateImage could not be looked up'],
  ])('%s', async (_, call, warning) => {
    // Prepare
    const fleet = await Fleet.open(
      { instances: alike(1) },
      { faults: [{ call, by: 'CheckFleetFunction', fault: 'accessDenied', times: 'always' }] },
    );
    // Act
    const run = await fleet.run(inputByTag());
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.record.report.Warnings).toEqual([expect.stringContaining(warning)]);
    expect(fleet.notifications.filter(({ message }) => message.includes(warning))).toHaveLength(1);
  });

  it.each<[string, string, string, string]>([
    ['stop protection', 'ec2:DescribeInstanceAttribute', 'CheckFleetFunction', 'protects it against a stop could not'],
    ['jobs of the instance', 'backup:ListBackupJobs', 'CheckGroupFunction', 'AWS Backup is busy with it could not'],
  ])('%s, of an instance that is to be stopped', async (_, call, by, warning) => {
    // Prepare
    const fleet = await Fleet.open(
      { instances: alike(1) },
      { faults: [{ call, by, fault: 'accessDenied', times: 'always' }] },
    );
    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.notifications.filter(({ message }) => message.includes(warning))).toHaveLength(1);
  });

  it('a denial by IAM that depends on a value which IAM did not have', async () => {
    // Prepare
    const Statement = {
      Effect: 'Allow',
      Action: 'ec2:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    };
    const role = {
      RoleName: 'backup-role',
      TrustedServices: ['backup.amazonaws.com'],
      ManagedPolicies: [],
      Policies: { backup: { Version: '2012-10-17', Statement } },
    };
    // Act
    const { run } = await runWith({ roles: [role] }, inputByTag());
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.record.report.Warnings).toEqual([expect.stringContaining('without the values of aws:RequestedRegion')]);
  });
});

describe('Settings without effect are warnings', () => {
  it.each<[string, object, string]>([
    ['cold storage', { Lifecycle: { MoveToColdStorageAfterDays: 30 } }, 'MoveToColdStorageAfterDays has no effect'],
    ['VSS of stopped instances', { WindowsVSS: true }, 'WindowsVSS has no effect'],
  ])('%s', async (_, details, warning) => {
    // Act
    const { run } = await runWith({ instances: instances([{ Platform: 'Windows' }]) }, backup(details));
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.record.report.Warnings).toEqual([expect.stringContaining(warning)]);
  });
});

describe('Optional keys that are left empty count as absent', () => {
  it.each<[string, object]>([
    ['a list that is null', { TargetEC2Instances: null }],
    ['a group that is ""', { GroupBy: '' }],
    ['a post script that is {}', { RemoteRunCommandDetails: { ...PRE, PostBackupScriptDetails: {} } }],
    [
      'an output that is ""',
      {
        RemoteRunCommandDetails: {
          PreBackupScriptDetails: script('pre.sh', { OutputS3BucketName: '', OutputS3KeyPrefix: '' }),
        },
      },
    ],
    ['a lifecycle that is {}', { BackupDetails: { ...BACKUP, Lifecycle: {}, RecoveryPointTags: null } }],
  ])('%s', async (_, keys) => {
    // Act
    const { run } = await runWith({}, inputByTag(keys));
    // Assess
    expect(run.status).toBe('SUCCEEDED');
  });

  it('but the value of the tag that selects the fleet may be empty', async () => {
    // Act
    const { run } = await runWith(
      { instances: instances([{ Tags: { nightly: '' } }]) },
      { TargetEC2TagKey: 'nightly', TargetEC2TagValue: '', BackupDetails: { ...BACKUP, IamRoleArn: ROLE_ARN } },
    );
    // Assess
    expect(run.status).toBe('SUCCEEDED');
  });
});
