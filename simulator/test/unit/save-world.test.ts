import { Account } from '../../account';
import { loadWorld, parseWorld, saveWorld } from '../../world';

const ACCOUNT = '111122223333';

/** One of everything that a world can declare, with every setting that is not about the future. */
const WORLD = {
  instances: [
    {
      InstanceId: 'i-0000000000000000a',
      State: 'stopped',
      Tags: { Name: 'web-1' },
      Platform: 'Windows',
      VolumeIds: ['vol-1', 'vol-2'],
      ReservationId: 'r-1',
      StopProtection: true,
      InstanceType: 'm5.large',
      StopSeconds: 30,
      Ssm: 'ConnectionLost',
      Scripts: [{ Contains: 'pre.sh', Status: 'Failed', ExitCode: 2 }],
      Region: 'eu-west-1',
    },
    { InstanceId: 'i-0000000000000000b', Spot: 'persistent', Region: 'eu-central-1' },
  ],
  ebsSnapshots: [
    {
      SnapshotId: 'snap-1',
      VolumeId: 'vol-1',
      State: 'completed',
      StartTime: '2026-11-01T00:00:00.000Z',
      Tags: { a: 'b' },
      Region: 'eu-west-1',
    },
  ],
  subnets: [{ SubnetId: 'subnet-1', VpcId: 'vpc-1', AvailabilityZone: 'eu-west-1a', Region: 'eu-west-1' }],
  securityGroups: [{ GroupId: 'sg-1', VpcId: 'vpc-1', GroupName: 'default', Region: 'eu-west-1' }],
  fileSystems: [
    {
      FileSystemId: 'fs-0123456789abcdef0',
      Encrypted: true,
      Tags: { Name: 'data' },
      BackupPolicy: 'ENABLED',
      LifecyclePolicies: [{ TransitionToIA: 'AFTER_30_DAYS' }],
      Region: 'eu-west-1',
    },
  ],
  vaults: [{ BackupVaultName: 'nightly', Region: 'eu-west-1' }],
  recoveryPoints: [
    {
      RecoveryPointArn: 'arn:aws:ec2:eu-west-1::image/ami-1',
      BackupVaultName: 'nightly',
      ResourceArn: `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-0000000000000000a`,
      ResourceType: 'EC2',
      Status: 'COMPLETED',
      Region: 'eu-west-1',
    },
  ],
  roles: [
    {
      RoleName: 'backup-role',
      Path: '/service-role/',
      TrustedServices: ['backup.amazonaws.com'],
      TrustedPrincipals: [`arn:aws:iam::${ACCOUNT}:root`],
      ManagedPolicies: ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'],
      Policies: { more: { Version: '2012-10-17', Statement: [] } },
    },
  ],
};

let account: Account | undefined;

/** Loads a world into an account of its own, and gives back what that account saves. */
function savedOf(world: unknown) {
  account?.close();
  account = new Account({ seed: 1 });
  loadWorld(account, parseWorld(world));
  return saveWorld(account);
}

afterEach(() => {
  account?.close();
  account = undefined;
});

it('saves at least what was loaded', () => {
  expect(savedOf(WORLD)).toMatchObject(WORLD);
});

it('saves a world that can be loaded again, and is the same then', () => {
  const saved = savedOf(WORLD);

  expect(savedOf(JSON.parse(JSON.stringify(saved)))).toEqual(saved);
});

it('saves what changed', () => {
  savedOf(WORLD);
  account?.region().ec2.CreateTags({ Resources: ['i-0000000000000000a'], Tags: [{ Key: 'Name', Value: 'web-2' }] });

  const { instances } = saveWorld(account as Account);

  expect(instances?.[0]?.Tags).toEqual({ Name: 'web-2' });
});
