import * as ec2Package from '@aws-sdk/client-ec2';
import { AwsError } from '../../../errors';
import { wired, withoutMetadata } from './round-trip';

const { EC2Client } = ec2Package;

it('reads lists of structures with lists in them, in their order', async () => {
  const { client, received } = wired(ec2Package, EC2Client);
  const Values = Array.from({ length: 12 }, (_, index) => `i-${index}`);
  const input = {
    Filters: [
      { Name: 'instance-id', Values },
      { Name: 'tag:Größe', Values: ['a&b', '*', ''] },
    ],
    MaxResults: 50,
    DryRun: false,
  };

  await client.send(new ec2Package.DescribeInstancesCommand(input));

  expect(received).toEqual([{ operation: 'DescribeInstances', input }]);
});

it("reads what has another name in EC2's query than in the SDK", async () => {
  const { client, received } = wired(ec2Package, EC2Client);

  await client.send(new ec2Package.StopInstancesCommand({ InstanceIds: ['i-1', 'i-2'], Force: true }));
  await client.send(new ec2Package.CreateTagsCommand({ Resources: ['i-1'], Tags: [{ Key: 'a', Value: 'ü 😀' }] }));
  await client.send(new ec2Package.DescribeSnapshotsCommand({ OwnerIds: ['self'], SnapshotIds: ['snap-1'] }));

  expect(received.map(({ input }) => input)).toEqual([
    { InstanceIds: ['i-1', 'i-2'], Force: true },
    { Resources: ['i-1'], Tags: [{ Key: 'a', Value: 'ü 😀' }] },
    { OwnerIds: ['self'], SnapshotIds: ['snap-1'] },
  ]);
});

it('writes nested lists, dates, numbers, booleans and any character', async () => {
  const answer = {
    Reservations: [
      {
        ReservationId: 'r-1',
        Instances: [
          {
            InstanceId: 'i-1',
            State: { Code: 16, Name: 'running' },
            LaunchTime: new Date('2026-11-20T22:00:00Z'),
            EbsOptimized: false,
            BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-1', DeleteOnTermination: true } }],
            Tags: [{ Key: 'Name', Value: 'a & <ü> 😀' }],
          },
        ],
      },
    ],
    NextToken: 'next',
  };
  const { client } = wired(ec2Package, EC2Client, answer);

  const output = await client.send(new ec2Package.DescribeInstancesCommand({}));

  expect(withoutMetadata(output)).toEqual(answer);
});

it('answers with nothing where there is nothing to say', async () => {
  const { client } = wired(ec2Package, EC2Client);

  const output = await client.send(new ec2Package.CreateTagsCommand({ Resources: ['i-1'], Tags: [] }));

  expect(withoutMetadata(output)).toEqual({});
});

it('writes an error with its code, message and status', async () => {
  const error = new AwsError('UnauthorizedOperation', 'You are not <ü> authorized & so on', 403);
  const { client } = wired(ec2Package, EC2Client, error);

  const asking = client.send(new ec2Package.DescribeInstancesCommand({}));

  await expect(asking).rejects.toMatchObject({
    name: 'UnauthorizedOperation',
    message: 'You are not <ü> authorized & so on',
    $metadata: { httpStatusCode: 403 },
  });
});
