import {
  close,
  DESTINATION,
  FILE_SYSTEM,
  fileSystem,
  recoveryPoint,
  run,
  SOURCE,
  sampleWorld,
  world,
} from '../../../scenarios/efs-recovery/recovery';
import type { World } from '../../../simulator/world';

afterEach(close);

const WORKFLOW = 'efs-copy-restore';
/** What AWS Backup tells of an EFS recovery point: nothing about the file system but its id. */
const BARE = { 'aws:backup:request-id': '0a1b2c3d-0000-4000-8000-00000000beef', 'file-system-id': FILE_SYSTEM };
const GONE: Partial<World> = { fileSystems: [], recoveryPoints: [recoveryPoint(20, { RestoreMetadata: BARE })] };

describe('A recovery never takes a setting that is not known for off, and', () => {
  it('restores data of unknown encryption encrypted with the default key, and the result says so', async () => {
    const { output, restored } = await run(WORKFLOW, { world: world(WORKFLOW, GONE) });
    expect(restored).toMatchObject({ Encrypted: true, PerformanceMode: 'generalPurpose' });
    expect(output.Warning).toContain(`encrypted with the key aws/elasticfilesystem of ${DESTINATION}`);
    expect(output.Warning).toContain("the source's performance mode is not known");
  });

  it('restores data of unknown encryption with the key of the input', async () => {
    const DestinationKmsKeyId = `arn:aws:kms:${DESTINATION}:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a`;
    const keys = [{ KeyId: '0a1b2c3d-0000-4000-8000-00000000000a', Region: DESTINATION }];
    const { output, restored } = await run(WORKFLOW, {
      world: world(WORKFLOW, { ...GONE, keys }),
      input: { DestinationKmsKeyId },
    });
    expect(restored).toMatchObject({ Encrypted: true, KmsKeyId: DestinationKmsKeyId });
    expect(output.Warning).toContain(`encrypted with ${DestinationKmsKeyId}`);
  });

  it('whose state could not be looked up, which the result says', async () => {
    const DestinationKmsKeyId = `arn:aws:kms:${DESTINATION}:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a`;
    const { output, restored } = await run(WORKFLOW, {
      input: { DestinationKmsKeyId },
      faults: [{ call: 'kms:DescribeKey', fault: 'accessDenied', times: 'always' }],
    });
    expect(restored).toMatchObject({ KmsKeyId: DestinationKmsKeyId });
    expect(output.Warning).toMatch(/whether the key .* can be used could not be looked up \(AccessDenied/);
  });

  it('encrypts also when the source region is down', async () => {
    const down = sampleWorld('efs-source-region-down');
    const recoveryPoints = down.recoveryPoints?.map((point) => ({ ...point, RestoreMetadata: BARE }));
    const { restored } = await run(WORKFLOW, {
      world: { ...down, recoveryPoints },
      input: { SourceRegionName: SOURCE },
    });
    expect(restored).toMatchObject({ Encrypted: true });
  }, 60_000);

  it('restores data that is known to be unencrypted as it was, without a warning', async () => {
    const { output, restored } = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems: fileSystem({ Encrypted: false, KmsKeyId: undefined }) }),
    });
    expect(restored).toMatchObject({ Encrypted: false });
    expect(output.Warning).toBeUndefined();
  });

  it.each([
    ['elasticfilesystem:DescribeFileSystems', 'settings of the source'],
    ['elasticfilesystem:DescribeLifecycleConfiguration', 'lifecycle policies'],
    ['elasticfilesystem:DescribeBackupPolicy', 'backup policy'],
    ['elasticfilesystem:DescribeFileSystemPolicy', 'file system policy'],
    ['elasticfilesystem:DescribeAccessPoints', 'access points'],
    ['elasticfilesystem:DescribeReplicationConfigurations', 'replication'],
  ])('a refused %s is a named gap, not the end of the recovery', async (call, setting) => {
    const { status, output, restored } = await run(WORKFLOW, {
      faults: [{ call, by: 'CheckRecoveryFunction', fault: 'accessDenied', times: 'always' }],
    });
    expect(status).toBe('SUCCEEDED');
    expect(restored).toMatchObject({ Encrypted: true });
    expect(output.SettingsNotRestored?.join('\n')).toMatch(new RegExp(`${setting}: could not be read \\(AccessDenied`));
  });

  it('a look that gets no answer for minutes is a gap too', async () => {
    const { status, output } = await run(WORKFLOW, {
      faults: [{ call: 'elasticfilesystem:DescribeFileSystemPolicy', fault: 'timeout', times: 'always' }],
    });
    expect(status).toBe('SUCCEEDED');
    expect(output.SettingsNotRestored?.[0]).toMatch(/^file system policy: could not be read \(TimeoutError/);
  });
});

describe('What the source had is put back or named:', () => {
  it('One Zone storage is named when the input gives no zone', async () => {
    const { output, restored } = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems: fileSystem({ AvailabilityZoneName: `${SOURCE}a` }) }),
    });
    expect(restored?.AvailabilityZoneName).toBeUndefined();
    expect(output.SettingsNotRestored?.[0]).toMatch(/^One Zone storage: the source is in eu-west-1a/);
  });

  it('and restored into the zone of the input', async () => {
    const zone = `${DESTINATION}a`;
    const { output, restored } = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems: fileSystem({ AvailabilityZoneName: `${SOURCE}a` }) }),
      input: { AvailabilityZoneName: zone },
    });
    expect(restored).toMatchObject({ AvailabilityZoneName: zone });
    expect(output.SettingsNotRestored).toBeUndefined();
  });

  it('a zone of another region is refused before anything is changed', async () => {
    const refused = await run(WORKFLOW, { input: { AvailabilityZoneName: `${SOURCE}a` } });
    expect(refused.cause).toContain(`AvailabilityZoneName: ${SOURCE}a is not a zone of DestinationRegionName`);
    expect(refused.changingCalls).toEqual([]);
  });

  it('replication overwrite protection is as it was', async () => {
    const off = { ReplicationOverwriteProtection: 'DISABLED' as const };
    const { output, restored } = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems: fileSystem({ Protection: off }) }),
    });
    expect(restored?.Protection).toEqual(off);
    expect(output.SettingsNotRestored).toBeUndefined();
  });

  it('tags that only AWS can set are named, but for those of EFS', async () => {
    const Tags = {
      Name: 'shared-home',
      'aws:cloudformation:stack-name': 'web',
      'aws:elasticfilesystem:default-backup': 'enabled',
    };
    const { output, restored } = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems: fileSystem({ Tags }) }),
    });
    expect(restored?.Tags).toMatchObject({ Name: 'shared-home' });
    expect(output.SettingsNotRestored).toEqual([
      'tags that begin with aws:, which only AWS can set: aws:cloudformation:stack-name',
    ]);
  });

  it('a replication is named with its destination', async () => {
    const ReplicatesTo = [{ FileSystemId: 'fs-0fedcba9876543210', Region: 'eu-west-3' }];
    const { output } = await run(WORKFLOW, { world: world(WORKFLOW, { fileSystems: fileSystem({ ReplicatesTo }) }) });
    expect(output.SettingsNotRestored).toEqual([
      'replication to fs-0fedcba9876543210 in eu-west-3: set it up again yourself',
    ]);
  });
});

describe('A recovery puts back access points, however many there are, and', () => {
  const points = (count: number, Tags: Record<string, string> = {}) =>
    Array.from({ length: count }, (_, index) => ({
      PosixUser: { Uid: 1000, Gid: 1000 },
      RootDirectory: {
        Path: `/dynamic_provisioning/pvc-${index}-${'x'.repeat(60)}`,
        CreationInfo: { OwnerUid: 1000, OwnerGid: 1000, Permissions: '700' },
      },
      Tags,
    }));

  it('makes 10,000 with tags at the rate that EFS lets through, by one invocation after the other', async () => {
    // Prepare: one a second takes almost three hours, a function has fifteen minutes
    const AccessPoints = points(10_000, { 'efs.csi.aws.com/cluster': 'true' });

    // Act
    const { cause, output, restored, simulation } = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems: fileSystem({ AccessPoints }) }),
    });

    // Assess
    const made = simulation.account.endpoint.calls.filter(({ call }) => call === 'elasticfilesystem:CreateAccessPoint');
    expect(made.filter(({ outcome }) => outcome !== 'ok').length / made.length).toBeLessThan(0.1);
    const turns = simulation.region.lambda.invocations.filter(({ logicalId }) => logicalId === 'ApplySettingsFunction');
    expect(turns.length).toBeGreaterThan(10);
    expect(cause).toBe('');
    expect(output.SettingsNotRestored).toBeUndefined();
    expect(restored?.AccessPoints?.map(({ RootDirectory, Tags }) => [RootDirectory?.Path, Tags])).toEqual(
      AccessPoints.map(({ RootDirectory, Tags }) => [RootDirectory.Path, Tags]),
    );
  }, 300_000);

  it('makes them in several invocations when EFS throttles', async () => {
    // Prepare: each throttle that outlasts the SDK's attempts costs five seconds
    const AccessPoints = points(12);
    const faults = [{ call: 'elasticfilesystem:CreateAccessPoint', fault: 'throttle' as const, times: 900 }];

    // Act
    const { cause, output, restored, simulation } = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems: fileSystem({ AccessPoints }) }),
      faults,
    });

    // Assess
    expect(cause).toBe('');
    expect(output.SettingsNotRestored).toBeUndefined();
    expect(restored?.AccessPoints).toHaveLength(12);
    const turns = simulation.region.lambda.invocations.filter(({ logicalId }) => logicalId === 'ApplySettingsFunction');
    expect(turns.length).toBeGreaterThan(1);
  }, 300_000);

  it('and those that cannot be made are counted by the reason', async () => {
    const { output } = await run(WORKFLOW, {
      world: world(WORKFLOW, { fileSystems: fileSystem({ AccessPoints: points(10) }) }),
      faults: [{ call: 'elasticfilesystem:CreateAccessPoint', fault: 'accessDenied', times: 'always' }],
    });
    expect(output.SettingsNotRestored).toHaveLength(1);
    expect(output.SettingsNotRestored?.[0]).toMatch(/^access point .* and 7 more: AccessDenied/);
  });
});

describe('A file system policy that is not known', () => {
  const subnets = [{ SubnetId: 'subnet-0a', VpcId: 'vpc-1', AvailabilityZone: `${DESTINATION}a`, Region: DESTINATION }];
  const MountTargets = [{ SubnetId: 'subnet-0a' }];
  const firstLine = ({ simulation }: Awaited<ReturnType<typeof run>>) =>
    simulation.region.sns.published.at(-1)?.message.split('\n')[0];

  it('is the first line of the notification', async () => {
    const recovery = await run(WORKFLOW, { world: world(WORKFLOW, { ...GONE, subnets }), input: { MountTargets } });
    const { RestoredFileSystemId: id, MountTargetIds } = recovery.output;
    expect(MountTargetIds).toHaveLength(1);
    expect(firstLine(recovery)).toBe(
      `${id} HAS NO FILE SYSTEM POLICY: that of the source could not be read or put back. Every NFS client that reaches a mount target may use it. Put the policy.`,
    );
  });

  it.each([
    ['elasticfilesystem:DescribeFileSystemPolicy', 'read'],
    ['elasticfilesystem:PutFileSystemPolicy', 'put back'],
  ])('gets no mount target with NoMountTargets, when it could not be %s', async (call) => {
    const Policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
    };
    const recovery = await run(WORKFLOW, {
      world: world(WORKFLOW, { subnets, fileSystems: fileSystem({ FileSystemPolicy: Policy }) }),
      input: { MountTargets, UnknownPolicy: 'NoMountTargets' },
      faults: [{ call, fault: 'accessDenied', times: 'always' }],
    });
    expect(recovery.cause).toBe('');
    expect(recovery.output.MountTargetIds).toEqual([]);
    expect(firstLine(recovery)).toMatch(/HAS NO FILE SYSTEM POLICY: .* No mount target was made \(UnknownPolicy\)\.$/);
  });

  it('is no matter when it was read and put back', async () => {
    const recovery = await run(WORKFLOW, {
      world: world(WORKFLOW, { subnets }),
      input: { MountTargets, UnknownPolicy: 'NoMountTargets' },
    });
    expect(recovery.output.MountTargetIds).toHaveLength(1);
    expect(firstLine(recovery) ?? '').not.toContain('POLICY');
  });
});
