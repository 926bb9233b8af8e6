import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateAccessPointCommand,
  CreateFileSystemCommand,
  CreateMountTargetCommand,
  DeleteFileSystemCommand,
  DeleteMountTargetCommand,
  DescribeAccessPointsCommand,
  DescribeBackupPolicyCommand,
  DescribeFileSystemPolicyCommand,
  DescribeFileSystemsCommand,
  DescribeLifecycleConfigurationCommand,
  DescribeMountTargetsCommand,
  EFSClient,
  PutFileSystemPolicyCommand,
  PutLifecycleConfigurationCommand,
  TagResourceCommand,
} from '@aws-sdk/client-efs';
import { type Aws, conformance } from './harness';

/** An available file system. */
async function fileSystem(aws: Aws, CreationToken = 'one'): Promise<string> {
  const efs = aws.client(EFSClient);
  const { FileSystemId } = await efs.send(new CreateFileSystemCommand({ CreationToken }));
  return aws.eventually(async () => {
    const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId }));
    return FileSystems?.[0]?.LifeCycleState === 'available' && FileSystemId;
  });
}

/** Two subnets of one VPC in different zones, and a security group of that VPC. */
async function network(aws: Aws) {
  const ec2 = aws.client(EC2Client);
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { VpcId } = Subnets[0] ?? {};
  const ids = Subnets.filter((subnet) => subnet.VpcId === VpcId).map(({ SubnetId }) => SubnetId);
  const Filters = [{ Name: 'vpc-id', Values: [VpcId ?? ''] }];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  return { subnets: ids, securityGroup: SecurityGroups[0]?.GroupId ?? '' };
}

conformance(
  'EFS',
  (behaves) => {
    behaves('a file system keeps its settings and becomes available', async (aws) => {
      const efs = aws.client(EFSClient);
      const settings = {
        PerformanceMode: 'maxIO',
        ThroughputMode: 'provisioned',
        ProvisionedThroughputInMibps: 64,
        Encrypted: true,
      } as const;
      const { FileSystemId } = await efs.send(
        new CreateFileSystemCommand({
          CreationToken: 'one',
          ...settings,
          Tags: [{ Key: 'Name', Value: 'web' }],
        }),
      );

      const described = await aws.eventually(async () => {
        const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId }));
        return FileSystems?.[0]?.LifeCycleState === 'available' && FileSystems[0];
      });

      expect(described).toMatchObject({
        ...settings,
        Name: 'web',
        NumberOfMountTargets: 0,
        FileSystemArn: expect.stringMatching(/^arn:aws:elasticfilesystem:eu-west-1:\d{12}:file-system\/fs-[0-9a-f]+$/),
      });
    });

    behaves('a creation token makes one file system only', async (aws) => {
      const efs = aws.client(EFSClient);
      await fileSystem(aws);

      await expect(efs.send(new CreateFileSystemCommand({ CreationToken: 'one' }))).rejects.toMatchObject({
        name: 'FileSystemAlreadyExists',
        $metadata: { httpStatusCode: 409 },
      });
    });

    behaves('a file system is found by its creation token', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);
      await fileSystem(aws, 'two');

      const found = await efs.send(new DescribeFileSystemsCommand({ CreationToken: 'one' }));
      const none = await efs.send(new DescribeFileSystemsCommand({ CreationToken: 'three' }));

      expect(found.FileSystems).toMatchObject([{ FileSystemId }]);
      expect(none.FileSystems).toEqual([]);
    });

    behaves('file systems are listed page by page', async (aws) => {
      const efs = aws.client(EFSClient);
      for (const token of ['one', 'two', 'three']) await fileSystem(aws, token);

      const first = await efs.send(new DescribeFileSystemsCommand({ MaxItems: 2 }));
      const second = await efs.send(new DescribeFileSystemsCommand({ MaxItems: 2, Marker: first.NextMarker }));

      expect(first.FileSystems).toHaveLength(2);
      expect(second.FileSystems).toHaveLength(1);
      expect(second.NextMarker).toBeUndefined();
    });

    behaves('a file system that does not exist is not found', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = 'fs-00000000000000000';

      await expect(efs.send(new DescribeFileSystemsCommand({ FileSystemId }))).rejects.toMatchObject({
        name: 'FileSystemNotFound',
        $metadata: { httpStatusCode: 404 },
      });
      await expect(efs.send(new DeleteFileSystemCommand({ FileSystemId }))).rejects.toMatchObject({
        name: 'FileSystemNotFound',
      });
    });

    behaves('a key without encryption is a bad request', async (aws) => {
      const efs = aws.client(EFSClient);

      const create = efs.send(new CreateFileSystemCommand({ CreationToken: 'one', KmsKeyId: 'alias/mine' }));

      await expect(create).rejects.toMatchObject({ name: 'BadRequest' });
    });

    behaves('a mount target becomes available and shows up at its file system', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);
      const { subnets, securityGroup } = await network(aws);
      const { MountTargetId } = await efs.send(
        new CreateMountTargetCommand({ FileSystemId, SubnetId: subnets[0], SecurityGroups: [securityGroup] }),
      );

      const target = await aws.eventually(async () => {
        const { MountTargets } = await efs.send(new DescribeMountTargetsCommand({ FileSystemId }));
        return MountTargets?.[0]?.LifeCycleState === 'available' && MountTargets[0];
      });

      expect(target).toMatchObject({ MountTargetId, FileSystemId, SubnetId: subnets[0] });
      expect(target.IpAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId }));
      expect(FileSystems?.[0]?.NumberOfMountTargets).toBe(1);
    });

    behaves('an Availability Zone has one mount target of a file system', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);
      const { subnets } = await network(aws);
      await efs.send(new CreateMountTargetCommand({ FileSystemId, SubnetId: subnets[0] }));
      await efs.send(new CreateMountTargetCommand({ FileSystemId, SubnetId: subnets[1] }));

      const again = efs.send(new CreateMountTargetCommand({ FileSystemId, SubnetId: subnets[0] }));

      await expect(again).rejects.toMatchObject({ name: 'MountTargetConflict', $metadata: { httpStatusCode: 409 } });
    });

    behaves('a mount target needs a subnet and security groups that exist', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);
      const { subnets } = await network(aws);
      const create = (SubnetId: string | undefined, group?: string) =>
        efs.send(
          new CreateMountTargetCommand({ FileSystemId, SubnetId, ...(group ? { SecurityGroups: [group] } : {}) }),
        );

      await expect(create('subnet-00000000')).rejects.toMatchObject({ name: 'SubnetNotFound' });
      await expect(create(subnets[0], 'sg-00000000')).rejects.toMatchObject({ name: 'SecurityGroupNotFound' });
    });

    behaves('a file system with a mount target cannot be deleted', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);
      const { subnets } = await network(aws);
      const { MountTargetId } = await efs.send(new CreateMountTargetCommand({ FileSystemId, SubnetId: subnets[0] }));

      await expect(efs.send(new DeleteFileSystemCommand({ FileSystemId }))).rejects.toMatchObject({
        name: 'FileSystemInUse',
        $metadata: { httpStatusCode: 409 },
      });
      await efs.send(new DeleteMountTargetCommand({ MountTargetId }));
      await aws.eventually(() =>
        efs.send(new DeleteFileSystemCommand({ FileSystemId })).then(
          () => true,
          () => false,
        ),
      );
      await aws.eventually(() =>
        efs.send(new DescribeFileSystemsCommand({ FileSystemId })).then(
          () => false,
          (error) => error.name === 'FileSystemNotFound',
        ),
      );
    });

    behaves('an access point keeps its user and root directory', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);
      const settings = { PosixUser: { Uid: 1000, Gid: 1000 }, RootDirectory: { Path: '/web' } };
      const { AccessPointId } = await efs.send(
        new CreateAccessPointCommand({ ClientToken: 'a', FileSystemId, ...settings }),
      );

      const { AccessPoints } = await efs.send(new DescribeAccessPointsCommand({ FileSystemId }));

      expect(AccessPoints).toMatchObject([{ AccessPointId, FileSystemId, ...settings }]);
      await expect(
        efs.send(new DescribeAccessPointsCommand({ AccessPointId: 'fsap-00000000000000000' })),
      ).rejects.toMatchObject({ name: 'AccessPointNotFound' });
    });

    behaves('the lifecycle configuration is empty at first, and what was put last', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);
      const LifecyclePolicies = [{ TransitionToIA: 'AFTER_30_DAYS' as const }];

      const before = await efs.send(new DescribeLifecycleConfigurationCommand({ FileSystemId }));
      await efs.send(new PutLifecycleConfigurationCommand({ FileSystemId, LifecyclePolicies }));
      const after = await efs.send(new DescribeLifecycleConfigurationCommand({ FileSystemId }));

      expect(before.LifecyclePolicies).toEqual([]);
      expect(after.LifecyclePolicies).toEqual(LifecyclePolicies);
    });

    behaves('a backup policy that was never set is not found', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);

      await expect(efs.send(new DescribeBackupPolicyCommand({ FileSystemId }))).rejects.toMatchObject({
        name: 'PolicyNotFound',
        $metadata: { httpStatusCode: 404 },
      });
    });

    behaves('a file-system policy is not found until one is put', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);
      const describePolicy = () => efs.send(new DescribeFileSystemPolicyCommand({ FileSystemId }));
      const Statement = [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'elasticfilesystem:ClientMount' }];

      await expect(describePolicy()).rejects.toMatchObject({ name: 'PolicyNotFound' });
      await efs.send(
        new PutFileSystemPolicyCommand({ FileSystemId, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
      );

      expect(JSON.parse((await describePolicy()).Policy ?? '')).toMatchObject({ Statement });
    });

    behaves('tags are added to those that are there', async (aws) => {
      const efs = aws.client(EFSClient);
      const FileSystemId = await fileSystem(aws);

      await efs.send(new TagResourceCommand({ ResourceId: FileSystemId, Tags: [{ Key: 'Team', Value: 'web' }] }));
      await efs.send(new TagResourceCommand({ ResourceId: FileSystemId, Tags: [{ Key: 'Name', Value: 'data' }] }));

      const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId }));
      expect(FileSystems?.[0]?.Tags).toEqual([
        { Key: 'Team', Value: 'web' },
        { Key: 'Name', Value: 'data' },
      ]);
    });
  },
  {
    // moto has a default VPC, and so has an account of AWS.
    aws: 'alreadyThere',
    simulator: (account) => {
      const { network } = account.region().ec2;
      for (const zone of ['a', 'b']) {
        const AvailabilityZone = `${account.homeRegion}${zone}`;
        network.addSubnet({ SubnetId: `subnet-${zone}`, VpcId: 'vpc-1', AvailabilityZone });
      }
      network.addSecurityGroup({ GroupId: 'sg-1', VpcId: 'vpc-1', GroupName: 'default' });
    },
  },
);
