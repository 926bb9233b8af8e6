import { Account } from '../../../account';
import type { PinnedDoubts } from '../../../doubts';
import { SimulatorError } from '../../../errors';
import type { WorldFileSystem } from '../../../services/efs/world';
import { loadWorld, saveWorld } from '../../../world';

const FileSystemId = 'fs-0a00000000000000a';
const arn = `arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/${FileSystemId}`;
const subnets = [
  { SubnetId: 'subnet-a1', VpcId: 'vpc-1', AvailabilityZone: 'eu-west-1a' },
  { SubnetId: 'subnet-a2', VpcId: 'vpc-1', AvailabilityZone: 'eu-west-1a' },
  { SubnetId: 'subnet-b1', VpcId: 'vpc-1', AvailabilityZone: 'eu-west-1b' },
  { SubnetId: 'subnet-x1', VpcId: 'vpc-2', AvailabilityZone: 'eu-west-1c' },
];
const securityGroups = [
  { GroupId: 'sg-own', VpcId: 'vpc-1', GroupName: 'default' },
  { GroupId: 'sg-1', VpcId: 'vpc-1' },
  { GroupId: 'sg-x', VpcId: 'vpc-2' },
];

let account: Account;

function start(
  fileSystem: Partial<WorldFileSystem> = {},
  settings: { consistencyDelaySeconds?: number; doubts?: PinnedDoubts } = {},
) {
  account = new Account({ seed: 1, ...settings });
  loadWorld(account, { fileSystems: [{ FileSystemId, ...fileSystem }], subnets, securityGroups });
  return account.region().efs;
}

const pass = (seconds: number) => account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
const refusal = (code: string) => expect.objectContaining({ code });

afterEach(() => account.close());

describe('File systems', () => {
  test('are creating for a moment, then available, with the defaults of the API', async () => {
    const efs = start();

    const created = efs.CreateFileSystem({ CreationToken: 'new', Tags: [{ Key: 'Name', Value: 'web' }] });
    await pass(10);

    expect(created).toMatchObject({ LifeCycleState: 'creating', OwnerId: '111122223333' });
    expect(efs.DescribeFileSystems({ CreationToken: 'new' }).FileSystems).toMatchObject([
      {
        FileSystemId: created.FileSystemId,
        FileSystemArn: `arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/${created.FileSystemId}`,
        LifeCycleState: 'available',
        Name: 'web',
        Encrypted: false,
        PerformanceMode: 'generalPurpose',
        ThroughputMode: 'bursting',
        NumberOfMountTargets: 0,
      },
    ]);
  });

  test('keep every setting that they were made with', () => {
    const efs = start();
    const settings = {
      Encrypted: true,
      KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1',
      PerformanceMode: 'maxIO',
      ThroughputMode: 'provisioned',
      ProvisionedThroughputInMibps: 128,
    } as const;

    const { FileSystemId: id } = efs.CreateFileSystem({ CreationToken: 'new', ...settings });

    expect(efs.DescribeFileSystems({ FileSystemId: id }).FileSystems).toMatchObject([settings]);
  });

  test('are refused twice for one token, with the id of the first', () => {
    const efs = start();
    const { FileSystemId: id } = efs.CreateFileSystem({ CreationToken: 'new' });

    expect(() => efs.CreateFileSystem({ CreationToken: 'new' })).toThrow(
      expect.objectContaining({
        code: 'FileSystemAlreadyExists',
        fields: expect.objectContaining({ FileSystemId: id }),
      }),
    );
  });

  test.each([
    ['a key without encryption', { KmsKeyId: 'alias/mine' }, 'BadRequest'],
    [
      'a key of another region',
      { Encrypted: true, KmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/1' },
      'BadRequest',
    ],
    ['provisioned throughput without a figure', { ThroughputMode: 'provisioned' }, 'BadRequest'],
    ['a figure without provisioned throughput', { ProvisionedThroughputInMibps: 10 }, 'BadRequest'],
    ['max I/O with elastic throughput', { PerformanceMode: 'maxIO', ThroughputMode: 'elastic' }, 'BadRequest'],
    ['a zone of another region', { AvailabilityZoneName: 'us-east-1a' }, 'UnsupportedAvailabilityZone'],
    ['a tag of AWS', { Tags: [{ Key: 'aws:x', Value: 'y' }] }, 'BadRequest'],
  ] as const)('are refused with %s', (_what, settings, code) => {
    const efs = start();

    expect(() => efs.CreateFileSystem({ CreationToken: 'new', ...settings } as never)).toThrow(refusal(code));
  });

  test('are listed page by page', () => {
    const efs = start();
    for (const CreationToken of ['1', '2']) efs.CreateFileSystem({ CreationToken });

    const first = efs.DescribeFileSystems({ MaxItems: 2 });
    const second = efs.DescribeFileSystems({ MaxItems: 2, Marker: first.NextMarker });

    expect([first, second].map((page) => page.FileSystems?.length)).toEqual([2, 1]);
    expect(second.NextMarker).toBeUndefined();
  });

  test('that are gone are not found, and an id that is none is a bad request', async () => {
    const efs = start();

    efs.DeleteFileSystem({ FileSystemId });
    const during = efs.DescribeFileSystems({ FileSystemId }).FileSystems?.[0]?.LifeCycleState;
    await pass(20);

    expect(during).toBe('deleting');
    expect(() => efs.DescribeFileSystems({ FileSystemId })).toThrow(refusal('FileSystemNotFound'));
    expect(() => efs.DescribeFileSystems({ FileSystemId: 'fs-nothex' })).toThrow(refusal('BadRequest'));
  });

  test('change their throughput mode once a day', async () => {
    const efs = start();

    const updating = efs.UpdateFileSystem({ FileSystemId, ThroughputMode: 'elastic' }).LifeCycleState;
    await pass(60);

    expect(updating).toBe('updating');
    expect(efs.DescribeFileSystems({ FileSystemId }).FileSystems?.[0]).toMatchObject({
      ThroughputMode: 'elastic',
      LifeCycleState: 'available',
    });
    expect(() => efs.UpdateFileSystem({ FileSystemId, ThroughputMode: 'bursting' })).toThrow(
      refusal('TooManyRequests'),
    );
  });

  test('are seen late when consistency is', async () => {
    const efs = start({}, { consistencyDelaySeconds: 30 });

    efs.CreateFileSystem({ CreationToken: 'new' });
    const early = efs.DescribeFileSystems({ CreationToken: 'new' }).FileSystems;
    await pass(60);

    expect(early).toEqual([]);
    expect(efs.DescribeFileSystems({ CreationToken: 'new' }).FileSystems).toHaveLength(1);
  });
});

describe('Mount targets', () => {
  test('are creating for over a minute, with the security groups of the request or the VPC', async () => {
    const efs = start();

    const first = efs.CreateMountTarget({ FileSystemId, SubnetId: 'subnet-a1', SecurityGroups: ['sg-1'] });
    const second = efs.CreateMountTarget({ FileSystemId, SubnetId: 'subnet-b1' });
    const states = () => efs.DescribeMountTargets({ FileSystemId }).MountTargets?.map((each) => each.LifeCycleState);
    const early = states();
    await pass(90);

    const { MountTargets = [] } = efs.snapshot().fileSystems[0] ?? {};
    const groups = [first, second].map(
      ({ MountTargetId }) => MountTargets.find((each) => each.MountTargetId === MountTargetId)?.SecurityGroupIds,
    );
    expect(early).toEqual(['creating', 'creating']);
    expect(states()).toEqual(['available', 'available']);
    expect(groups).toEqual([['sg-1'], ['sg-own']]);
    expect(efs.DescribeFileSystems({ FileSystemId }).FileSystems?.[0]?.NumberOfMountTargets).toBe(2);
  });

  test.each([
    ['in a subnet that does not exist', { SubnetId: 'subnet-none' }, 'SubnetNotFound'],
    ['with a security group that does not exist', { SecurityGroups: ['sg-none'] }, 'SecurityGroupNotFound'],
    ["with another VPC's security group", { SecurityGroups: ['sg-x'] }, 'SecurityGroupNotFound'],
    ['in an Availability Zone that has one', { SubnetId: 'subnet-a2' }, 'MountTargetConflict'],
    ['in another VPC', { SubnetId: 'subnet-x1' }, 'MountTargetConflict'],
    ['of a file system that does not exist', { FileSystemId: 'fs-00000000' }, 'FileSystemNotFound'],
  ])('are refused %s', (_what, change, code) => {
    const efs = start({ MountTargets: [{ SubnetId: 'subnet-a1' }] });

    expect(() => efs.CreateMountTarget({ FileSystemId, SubnetId: 'subnet-b1', ...change })).toThrow(refusal(code));
  });

  test('are refused for a file system that is not available yet', () => {
    const efs = start();
    const { FileSystemId: id } = efs.CreateFileSystem({ CreationToken: 'new' });

    expect(() => efs.CreateMountTarget({ FileSystemId: id, SubnetId: 'subnet-a1' })).toThrow(
      refusal('IncorrectFileSystemLifeCycleState'),
    );
  });

  test('keep their file system from being deleted', async () => {
    const efs = start({ MountTargets: [{ SubnetId: 'subnet-a1', MountTargetId: 'fsmt-1' }] });

    expect(() => efs.DeleteFileSystem({ FileSystemId })).toThrow(refusal('FileSystemInUse'));
    efs.DeleteMountTarget({ MountTargetId: 'fsmt-1' });
    await pass(20);
    efs.DeleteFileSystem({ FileSystemId });

    expect(() => efs.DescribeMountTargets({ MountTargetId: 'fsmt-1' })).toThrow(refusal('MountTargetNotFound'));
  });
});

describe('Access points', () => {
  const settings = { PosixUser: { Uid: 1000, Gid: 1000 }, RootDirectory: { Path: '/web' } };

  test('are the same for the same client token where it is idempotent, and a conflict for other settings', async () => {
    const efs = start({}, { doubts: { 'efs.accessPointTokenKnown': 'sameAccessPoint' } });

    const first = efs.CreateAccessPoint({ ClientToken: 'a', FileSystemId, ...settings });
    await pass(10);
    const again = efs.CreateAccessPoint({ ClientToken: 'a', FileSystemId, ...settings });

    expect(first.LifeCycleState).toBe('creating');
    expect(again).toMatchObject({ AccessPointId: first.AccessPointId, LifeCycleState: 'available', ...settings });
    expect(() => efs.CreateAccessPoint({ ClientToken: 'a', FileSystemId })).toThrow(
      refusal('AccessPointAlreadyExists'),
    );
  });

  test('are described by file system or by id', () => {
    const efs = start({ AccessPoints: [{ AccessPointId: 'fsap-1', ...settings, Tags: { Name: 'web' } }] });

    expect(efs.DescribeAccessPoints({ FileSystemId }).AccessPoints).toMatchObject([
      { AccessPointId: 'fsap-1', Name: 'web', ...settings },
    ]);
    expect(() => efs.DescribeAccessPoints({ AccessPointId: 'fsap-2' })).toThrow(refusal('AccessPointNotFound'));
    expect(() => efs.DescribeAccessPoints({ AccessPointId: 'fsap-1', FileSystemId })).toThrow(refusal('BadRequest'));
  });
});

describe('Policies', () => {
  test('of the lifecycle replace each other, one transition each, the archive with elastic throughput only', () => {
    const efs = start({ ThroughputMode: 'elastic', LifecyclePolicies: [{ TransitionToIA: 'AFTER_7_DAYS' }] });
    const put = (...LifecyclePolicies: object[]) =>
      efs.PutLifecycleConfiguration({ FileSystemId, LifecyclePolicies }).LifecyclePolicies;

    expect(put({ TransitionToArchive: 'AFTER_90_DAYS' })).toEqual([{ TransitionToArchive: 'AFTER_90_DAYS' }]);
    expect(() => put({ TransitionToIA: 'AFTER_7_DAYS', TransitionToArchive: 'AFTER_90_DAYS' })).toThrow(
      refusal('BadRequest'),
    );
    account.close();
    const bursting = start();
    expect(() =>
      bursting.PutLifecycleConfiguration({
        FileSystemId,
        LifecyclePolicies: [{ TransitionToArchive: 'AFTER_90_DAYS' }],
      }),
    ).toThrow(refusal('BadRequest'));
  });

  test('of backups are not found until one is set, and show up as a tag of AWS', async () => {
    const efs = start();

    expect(() => efs.DescribeBackupPolicy({ FileSystemId })).toThrow(refusal('PolicyNotFound'));
    efs.PutBackupPolicy({ FileSystemId, BackupPolicy: { Status: 'ENABLED' } });
    const switching = efs.DescribeBackupPolicy({ FileSystemId }).BackupPolicy?.Status;
    await pass(10);

    expect(switching).toBe('ENABLING');
    expect(efs.DescribeBackupPolicy({ FileSystemId }).BackupPolicy?.Status).toBe('ENABLED');
    expect(efs.DescribeFileSystems({ FileSystemId }).FileSystems?.[0]?.Tags).toEqual([
      { Key: 'aws:elasticfilesystem:default-backup', Value: 'enabled' },
    ]);
  });

  test('of the file system name it, and no other', () => {
    const efs = start();
    const policy = (Resource?: string) =>
      JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'elasticfilesystem:*', Resource }] });

    expect(() => efs.DescribeFileSystemPolicy({ FileSystemId })).toThrow(refusal('PolicyNotFound'));
    efs.PutFileSystemPolicy({ FileSystemId, Policy: policy() });
    expect(efs.DescribeFileSystemPolicy({ FileSystemId }).Policy).toContain(arn);
    expect(() => efs.PutFileSystemPolicy({ FileSystemId, Policy: policy(`${arn}0`) })).toThrow(SimulatorError);
    expect(() => efs.PutFileSystemPolicy({ FileSystemId, Policy: 'x' })).toThrow(refusal('InvalidPolicyException'));
  });

  test('of replication protect from being overwritten unless that is turned off', () => {
    const efs = start();

    efs.UpdateFileSystemProtection({ FileSystemId, ReplicationOverwriteProtection: 'DISABLED' });

    const [described] = efs.DescribeFileSystems({ FileSystemId }).FileSystems ?? [];
    expect(described?.FileSystemProtection).toEqual({ ReplicationOverwriteProtection: 'DISABLED' });
  });
});

test('tags are added, but those of AWS are refused', () => {
  const efs = start({ Tags: { Name: 'old' } });

  efs.TagResource({ ResourceId: FileSystemId, Tags: [{ Key: 'Name', Value: 'new' }] });

  expect(efs.DescribeFileSystems({ FileSystemId }).FileSystems?.[0]?.Name).toBe('new');
  expect(() => efs.TagResource({ ResourceId: FileSystemId, Tags: [{ Key: 'aws:x', Value: '' }] })).toThrow(
    refusal('BadRequest'),
  );
});

test('the permissions are those on the file system, and for a mount target on the network too', () => {
  const efs = start({ Tags: { Team: 'web' } });
  const context = { 'aws:ResourceTag/Team': 'web' };

  expect(efs.access('DescribeFileSystems', { FileSystemId })).toEqual([
    { action: 'elasticfilesystem:DescribeFileSystems', resource: arn, context },
  ]);
  const target = { FileSystemId, SubnetId: 'subnet-0a', SecurityGroups: ['sg-0a'] };
  const accesses = efs.access('CreateMountTarget', target).map(({ action, resource }) => `${action} ${resource}`);
  expect(accesses.map((access) => access.replace(/arn:aws:ec2:[^:]*:[^:]*:/, '')).slice(1)).toEqual([
    'ec2:DescribeSubnets *',
    'ec2:DescribeNetworkInterfaces *',
    'ec2:CreateNetworkInterface network-interface/*',
    'ec2:CreateNetworkInterface subnet/subnet-0a',
    'ec2:CreateNetworkInterface security-group/sg-0a',
    // The first mount target of an account makes the role of the service.
    'iam:CreateServiceLinkedRole arn:aws:iam::111122223333:role/aws-service-role/elasticfilesystem.amazonaws.com/AWSServiceRoleForAmazonElasticFileSystem',
  ]);
  expect(
    efs.access('CreateFileSystem', { Encrypted: true, Tags: [{ Key: 'a', Value: 'b' }] }).map(({ action }) => action),
  ).toEqual(['elasticfilesystem:CreateFileSystem', 'elasticfilesystem:TagResource']);
});

test('the state at the end is a world again', async () => {
  const efs = start({
    Encrypted: true,
    LifecyclePolicies: [{ TransitionToIA: 'AFTER_7_DAYS' }],
    FileSystemPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'elasticfilesystem:ClientMount' }] },
    AccessPoints: [{ RootDirectory: { Path: '/web' } }],
  });
  efs.CreateMountTarget({ FileSystemId, SubnetId: 'subnet-a1' });
  efs.PutBackupPolicy({ FileSystemId, BackupPolicy: { Status: 'ENABLED' } });
  await pass(100);
  const world = saveWorld(account);
  account.close();

  account = new Account({ seed: 2, startAt: world.startAt });
  loadWorld(account, world);

  expect(saveWorld(account)).toEqual(world);
});
