import {
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeRegionsCommand,
  DescribeSnapshotsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeVolumesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  paginateDescribeInstances,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { type Arrangement, type Aws, conformance } from './harness';

/** A well-formed id that does not exist. */
const ABSENT = 'i-0123456789abcdef0';
const SNAPSHOT_TAGS = { Name: 'before-release', app: 'web' };

const RESERVATIONS = [['web-1', 'web-2'], ['db-1'], ['old-1'], ['idle-1'], ['idle-2'], ['idle-3']];

const arrangement: Arrangement = {
  simulator: (account) =>
    account.region().ec2.load({
      instances: RESERVATIONS.flatMap((names, index) =>
        names.map((name) => ({
          ...instance(name),
          ReservationId: `r-0000000000000000${index}`,
          State: name === 'old-1' ? 'terminated' : 'running',
          StopProtection: name === 'db-1',
        })),
      ),
      ebsSnapshots: [
        { SnapshotId: 'snap-0000000000000000a', VolumeId: `vol-${idOf('web-1').slice(2)}`, Tags: SNAPSHOT_TAGS },
      ],
    }),

  async moto(aws) {
    const ec2 = aws.client(EC2Client);
    for (const names of RESERVATIONS) {
      const count = { MinCount: names.length, MaxCount: names.length };
      const { Instances = [] } = await ec2.send(new RunInstancesCommand({ ImageId: 'ami-12c6146b', ...count }));
      for (const [index, { InstanceId = '' }] of Instances.entries()) {
        const Tags = tagList(instance(names[index] ?? '').Tags);
        await ec2.send(new CreateTagsCommand({ Resources: [InstanceId], Tags }));
      }
    }
    await ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: await find(ec2, 'db-1'), DisableApiStop: { Value: true } }),
    );
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [await find(ec2, 'old-1')] }));
    const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'eu-west-1a', Size: 8 }));
    const { SnapshotId = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await ec2.send(new CreateTagsCommand({ Resources: [SnapshotId], Tags: tagList(SNAPSHOT_TAGS) }));
  },
};

function tagList(tags: Record<string, string>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function instance(name: string) {
  return { InstanceId: idOf(name), Tags: { Name: name, app: name.split('-')[0] ?? '' } };
}

function idOf(name: string): string {
  return `i-${Buffer.from(name).toString('hex').padStart(17, '0')}`;
}

/** The names of the instances that an answer holds, in the order of the alphabet. */
async function names(ec2: EC2Client, input: DescribeInstancesCommandInput): Promise<string[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand(input));
  return Reservations.flatMap(({ Instances = [] }) => Instances)
    .map(({ Tags }) => Tags?.find(({ Key }) => Key === 'Name')?.Value ?? '')
    .sort();
}

/** The id of the instance of that name. */
async function find(ec2: EC2Client, name: string): Promise<string> {
  const { Reservations } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: [name] }] }),
  );
  return Reservations?.[0]?.Instances?.[0]?.InstanceId ?? '';
}

async function becomes(aws: Aws, ec2: EC2Client, InstanceId: string, state: string): Promise<void> {
  await aws.eventually(async () => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
    return Reservations?.[0]?.Instances?.[0]?.State?.Name === state;
  });
}

const where = (...filters: [name: string, ...values: string[]][]): DescribeInstancesCommandInput => ({
  Filters: filters.map(([Name, ...Values]) => ({ Name, Values })),
});

conformance(
  'EC2',
  (behaves) => {
    behaves('an instance is found by its tag, with its reservation', async (aws) => {
      const ec2 = aws.client(EC2Client);

      const { Reservations } = await ec2.send(new DescribeInstancesCommand(where(['tag:app', 'web'])));

      expect(Reservations).toHaveLength(1);
      expect(Reservations?.[0]?.Instances).toHaveLength(2);
      expect(Reservations?.[0]?.ReservationId).toMatch(/^r-[0-9a-f]+$/);
      expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
        InstanceId: expect.stringMatching(/^i-[0-9a-f]{17}$/),
        State: { Code: 16, Name: 'running' },
        RootDeviceType: 'ebs',
        Placement: { AvailabilityZone: 'eu-west-1a' },
        LaunchTime: expect.any(Date),
      });
    });

    behaves('one value of a filter is enough, every filter has to match', async (aws) => {
      const ec2 = aws.client(EC2Client);

      expect(await names(ec2, where(['tag:Name', 'web-1', 'db-1']))).toEqual(['db-1', 'web-1']);
      expect(await names(ec2, where(['tag:Name', 'web-1', 'db-1'], ['tag:app', 'db']))).toEqual(['db-1']);
    });

    behaves('a filter value may have wildcards, and letters count as they are written', async (aws) => {
      const ec2 = aws.client(EC2Client);

      expect(await names(ec2, where(['tag:Name', 'web-*']))).toEqual(['web-1', 'web-2']);
      expect(await names(ec2, where(['tag:Name', '?eb-1']))).toEqual(['web-1']);
      expect(await names(ec2, where(['tag:Name', 'WEB-1']))).toEqual([]);
      expect(await names(ec2, where(['tag:Name', 'eb']))).toEqual([]);
    });

    behaves('an escaped wildcard stands for itself', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');
      await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'app', Value: '*' }] }));

      expect(await names(ec2, where(['tag:app', '\\*']))).toEqual(['web-1']);
    });

    behaves('a tag key is a filter of its own', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');
      await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'nightly', Value: '' }] }));

      expect(await names(ec2, where(['tag-key', 'nightly']))).toEqual(['web-1']);
    });

    behaves('a terminated instance is still listed, and a filter leaves it out', async (aws) => {
      const ec2 = aws.client(EC2Client);

      expect(await names(ec2, {})).toContain('old-1');
      const living = await names(ec2, where(['instance-state-name', 'pending', 'running', 'stopping', 'stopped']));
      expect(living).toEqual(
        RESERVATIONS.flat()
          .filter((name) => name !== 'old-1')
          .sort(),
      );
    });

    behaves('a filter by an id that does not exist finds nothing', async (aws) => {
      expect(await names(aws.client(EC2Client), where(['instance-id', ABSENT]))).toEqual([]);
    });

    behaves('an id that does not exist is an error', async (aws) => {
      const describe = aws.client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: [ABSENT] }));

      await expect(describe).rejects.toMatchObject({
        name: 'InvalidInstanceID.NotFound',
        message: `The instance ID '${ABSENT}' does not exist`,
        $metadata: { httpStatusCode: 400 },
      });
    });

    behaves('several ids that do not exist are named together', async (aws) => {
      const ids = ['i-00000000000000001', 'i-00000000000000002'];

      const describe = aws.client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: ids }));

      await expect(describe).rejects.toMatchObject({
        name: 'InvalidInstanceID.NotFound',
        message: `The instance IDs '${ids.join(', ')}' do not exist`,
      });
    });

    behaves('an id with the wrong form is malformed', async (aws) => {
      const describe = aws.client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: ['i-xyz'] }));

      await expect(describe).rejects.toMatchObject({ name: 'InvalidInstanceID.Malformed' });
    });

    behaves('a list continues where its last page ended', async (aws) => {
      const ec2 = aws.client(EC2Client);

      const pages: string[][] = [];
      for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2, pageSize: 5 }, {})) {
        pages.push(Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId)));
      }

      expect(pages).toHaveLength(2);
      expect(new Set(pages.flat()).size).toBe(RESERVATIONS.flat().length);
    });

    behaves('a page size is not for a call with ids', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');

      const describe = ec2.send(new DescribeInstancesCommand({ InstanceIds: [id], MaxResults: 5 }));

      await expect(describe).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    });

    behaves('a call takes at most 200 filter values', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const ids = Array.from({ length: 201 }, (_, index) => `i-${String(index).padStart(17, '0')}`);

      expect(await names(ec2, where(['instance-id', ...ids.slice(0, 200)]))).toEqual([]);
      const describe = ec2.send(new DescribeInstancesCommand(where(['instance-id', ...ids])));

      await expect(describe).rejects.toMatchObject({ name: 'FilterLimitExceeded' });
    });

    behaves('a running instance stops, and the answer tells both states', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');

      const { StoppingInstances } = await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));

      expect(StoppingInstances).toEqual([
        {
          InstanceId: id,
          PreviousState: { Code: 16, Name: 'running' },
          CurrentState: { Code: 64, Name: 'stopping' },
        },
      ]);
      await becomes(aws, ec2, id, 'stopped');
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
        State: { Code: 80 },
        StateReason: { Code: 'Client.UserInitiatedShutdown' },
        StateTransitionReason: expect.stringMatching(/^User initiated \(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} \w+\)$/),
      });
    });

    behaves('a stopped instance starts, and the answer tells both states', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');
      await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
      await becomes(aws, ec2, id, 'stopped');

      const { StartingInstances } = await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));

      expect(StartingInstances).toEqual([
        {
          InstanceId: id,
          PreviousState: { Code: 80, Name: 'stopped' },
          CurrentState: { Code: 0, Name: 'pending' },
        },
      ]);
      await becomes(aws, ec2, id, 'running');
    });

    behaves('stopping what is stopped changes nothing', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');
      await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
      await becomes(aws, ec2, id, 'stopped');

      const { StoppingInstances } = await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));

      expect(StoppingInstances).toMatchObject([
        { PreviousState: { Name: 'stopped' }, CurrentState: { Name: 'stopped' } },
      ]);
    });

    behaves('starting what runs changes nothing', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');

      const { StartingInstances } = await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));

      expect(StartingInstances).toMatchObject([
        { PreviousState: { Name: 'running' }, CurrentState: { Name: 'running' } },
      ]);
    });

    behaves('one id that does not exist leaves the others running', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');

      const stop = ec2.send(new StopInstancesCommand({ InstanceIds: [id, ABSENT] }));

      await expect(stop).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
      expect(await names(ec2, where(['instance-state-name', 'running']))).toContain('web-1');
    });

    behaves('a terminated instance can be neither stopped nor started', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const InstanceIds = [await find(ec2, 'old-1')];

      await expect(ec2.send(new StopInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
        name: 'IncorrectInstanceState',
      });
      await expect(ec2.send(new StartInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
        name: 'IncorrectInstanceState',
      });
    });

    behaves('stop protection can be read', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const protection = async (name: string) => {
        const InstanceId = await find(ec2, name);
        const { DisableApiStop } = await ec2.send(
          new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'disableApiStop' }),
        );
        return DisableApiStop?.Value;
      };

      expect(await protection('db-1')).toBe(true);
      expect(await protection('web-1')).toBe(false);
    });

    behaves('stop protection keeps an instance running', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'db-1');

      const stop = ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));

      await expect(stop).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    });

    behaves('a dry run changes nothing', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');

      const stop = ec2.send(new StopInstancesCommand({ InstanceIds: [id], DryRun: true }));

      await expect(stop).rejects.toMatchObject({ name: 'DryRunOperation', $metadata: { httpStatusCode: 412 } });
      expect(await names(ec2, where(['instance-state-name', 'running']))).toContain('web-1');
    });

    behaves('a tag replaces the one with the same key', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');

      await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'app', Value: 'shop' }] }));

      expect(await names(ec2, where(['tag:app', 'shop']))).toEqual(['web-1']);
      expect(await names(ec2, where(['tag:app', 'web']))).toEqual(['web-2']);
    });

    behaves('a tag key of AWS is refused', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');

      const tag = ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'aws:mine', Value: 'x' }] }));

      await expect(tag).rejects.toMatchObject({
        name: 'InvalidParameterValue',
        message: expect.stringContaining('reserved for internal use'),
      });
    });

    behaves('a resource has at most 50 tags', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');
      const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `key-${index}`, Value: 'x' }));

      const tag = ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));

      await expect(tag).rejects.toMatchObject({ name: 'TagLimitExceeded' });
    });

    behaves('what does not exist cannot be tagged', async (aws) => {
      const tag = aws
        .client(EC2Client)
        .send(new CreateTagsCommand({ Resources: [ABSENT], Tags: [{ Key: 'app', Value: 'x' }] }));

      await expect(tag).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    });

    behaves('the volumes of an instance are found by its id', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');

      const { Volumes } = await ec2.send(
        new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id] }] }),
      );

      expect(Volumes).toHaveLength(1);
      expect(Volumes?.[0]).toMatchObject({
        State: 'in-use',
        Attachments: [{ InstanceId: id, State: 'attached', DeleteOnTermination: true }],
      });
    });

    behaves('a snapshot is found by its volume, its tags and its status', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const snapshots = async (...filters: Parameters<typeof where>) =>
        (await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: where(...filters).Filters })))
          .Snapshots ?? [];
      const [snapshot] = await snapshots(['tag:Name', 'before-release']);
      const volume = snapshot?.VolumeId ?? '';

      expect(snapshot).toMatchObject({ State: 'completed', Progress: '100%', StartTime: expect.any(Date) });
      expect(await snapshots(['volume-id', volume])).toHaveLength(1);
      expect(await snapshots(['volume-id', volume], ['status', 'pending'])).toHaveLength(0);
      expect(await snapshots(['volume-id', volume], ['tag:app', 'web'])).toHaveLength(1);
      expect(await snapshots(['volume-id', 'vol-0123456789abcdef0'])).toHaveLength(0);
    });

    behaves('a snapshot that does not exist cannot be described', async (aws) => {
      const id = 'snap-0123456789abcdef0';

      const describe = aws.client(EC2Client).send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));

      await expect(describe).rejects.toMatchObject({
        name: 'InvalidSnapshot.NotFound',
        message: `The snapshot '${id}' does not exist.`,
      });
    });

    behaves('a Spot request that does not exist cannot be described', async (aws) => {
      const describe = aws
        .client(EC2Client)
        .send(new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: ['sir-01234567'] }));

      await expect(describe).rejects.toMatchObject({ name: 'InvalidSpotInstanceRequestID.NotFound' });
    });

    behaves('an instance that was not bought on Spot has no Spot request', async (aws) => {
      const ec2 = aws.client(EC2Client);
      const id = await find(ec2, 'web-1');

      const { SpotInstanceRequests } = await ec2.send(
        new DescribeSpotInstanceRequestsCommand({ Filters: [{ Name: 'instance-id', Values: [id] }] }),
      );

      expect(SpotInstanceRequests ?? []).toEqual([]);
    });

    behaves('regions are listed by their names, with the opt-in status', async (aws) => {
      const { Regions } = await aws
        .client(EC2Client)
        .send(new DescribeRegionsCommand({ RegionNames: ['eu-west-1', 'us-east-1'] }));

      expect(Regions?.map(({ RegionName }) => RegionName).sort()).toEqual(['eu-west-1', 'us-east-1']);
      expect(Regions?.every(({ OptInStatus }) => OptInStatus === 'opt-in-not-required')).toBe(true);
    });
  },
  arrangement,
);
