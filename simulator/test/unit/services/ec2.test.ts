import { Account } from '../../../account';
import type { WorldInstance } from '../../../services/ec2/world';

const first = 'i-0a00000000000000a';
const second = 'i-0b00000000000000b';
const third = 'i-0c00000000000000c';

let account: Account;
let events: { 'detail-type': string; resources: string[]; detail: unknown }[];

function start(instances: WorldInstance[], options: { delay?: number } = {}) {
  account = new Account({ seed: 1, consistencyDelaySeconds: options.delay ?? 0 });
  events = [];
  account.region().events.emit = (event) => void events.push(event);
  account.region().ec2.load({ instances });
  return account.region().ec2;
}

const pass = (seconds: number) => account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
const shown = (output: { Reservations?: { Instances?: { InstanceId?: string }[] }[] }) =>
  output.Reservations?.map(({ Instances }) => Instances?.map(({ InstanceId }) => InstanceId));
const code = (expected: string) => expect.objectContaining({ code: expected });

afterEach(() => account.close());

test('an instance stops and starts in its declared time and says so in events', async () => {
  const ec2 = start([{ InstanceId: first, StopSeconds: 30, StartSeconds: 10 }]);

  const stopping = ec2.StopInstances({ InstanceIds: [first] });
  await pass(29);
  const early = ec2.instance(first)?.state;
  await pass(2);
  const stopped = ec2.instance(first)?.state;
  const starting = ec2.StartInstances({ InstanceIds: [first] });
  await pass(11);

  expect(stopping.StoppingInstances).toEqual([
    { InstanceId: first, PreviousState: { Code: 16, Name: 'running' }, CurrentState: { Code: 64, Name: 'stopping' } },
  ]);
  expect([early, stopped]).toEqual(['stopping', 'stopped']);
  expect(starting.StartingInstances?.[0]?.CurrentState).toEqual({ Code: 0, Name: 'pending' });
  expect(events.map(({ detail }) => detail)).toEqual(
    ['stopping', 'stopped', 'pending', 'running'].map((state) => ({ 'instance-id': first, state })),
  );
  expect(events[0]?.resources).toEqual([`arn:aws:ec2:eu-west-1:111122223333:instance/${first}`]);
});

test('stopping what is stopped and starting what runs changes nothing and succeeds', () => {
  const ec2 = start([{ InstanceId: first, State: 'stopped' }, { InstanceId: second }]);

  const stop = ec2.StopInstances({ InstanceIds: [first] });
  const begin = ec2.StartInstances({ InstanceIds: [second] });

  expect(stop.StoppingInstances?.[0]).toMatchObject({
    PreviousState: { Name: 'stopped' },
    CurrentState: { Name: 'stopped' },
  });
  expect(begin.StartingInstances?.[0]).toMatchObject({
    PreviousState: { Name: 'running' },
    CurrentState: { Name: 'running' },
  });
  expect(events).toEqual([]);
});

test.each([
  ['an instance-store root', { RootDeviceType: 'instance-store' }, 'UnsupportedOperation'],
  ['a one-time Spot request', { Spot: 'one-time' }, 'UnsupportedOperation'],
  ['stop protection', { StopProtection: true }, 'OperationNotPermitted'],
  ['a terminated instance', { State: 'terminated' }, 'IncorrectInstanceState'],
  ['a pending instance', { State: 'pending' }, 'IncorrectInstanceState'],
] as const)('one instance with %s keeps all of them from stopping', (_what, declared, expected) => {
  const ec2 = start([{ InstanceId: first }, { InstanceId: second, ...declared }]);

  expect(() => ec2.StopInstances({ InstanceIds: [first, second] })).toThrow(code(expected));
  expect(ec2.instance(first)?.state).toBe('running');
});

test('a start without capacity fails for all, and an instance that is stopping cannot be started', () => {
  const ec2 = start([
    { InstanceId: first, State: 'stopped' },
    { InstanceId: second, State: 'stopped', StartOutcome: 'InsufficientInstanceCapacity' },
    { InstanceId: third, State: 'stopping' },
  ]);

  expect(() => ec2.StartInstances({ InstanceIds: [first, second] })).toThrow(code('InsufficientInstanceCapacity'));
  expect(() => ec2.StartInstances({ InstanceIds: [third] })).toThrow(code('IncorrectInstanceState'));
  expect(ec2.instance(first)?.state).toBe('stopped');
});

test('an instance that is stuck while stopping stops by force', async () => {
  const ec2 = start([{ InstanceId: first, StopOutcome: 'stuck' }]);

  ec2.StopInstances({ InstanceIds: [first] });
  await pass(3600);
  const stuck = ec2.instance(first)?.state;
  ec2.StopInstances({ InstanceIds: [first], Force: true });
  await pass(60);

  expect(stuck).toBe('stopping');
  expect(ec2.instance(first)?.state).toBe('stopped');
});

test('a dry run stops nothing', () => {
  const ec2 = start([{ InstanceId: first }]);

  expect(() => ec2.StopInstances({ InstanceIds: [first], DryRun: true })).toThrow(code('DryRunOperation'));
  expect(ec2.instance(first)?.state).toBe('running');
});

test('ids that do not exist or are malformed are named', () => {
  const ec2 = start([{ InstanceId: first }]);

  expect(() => ec2.DescribeInstances({ InstanceIds: [first, second, third] })).toThrow(
    `The instance IDs '${second}, ${third}' do not exist`,
  );
  expect(() => ec2.DescribeInstances({ InstanceIds: [second] })).toThrow(`The instance ID '${second}' does not exist`);
  expect(() => ec2.StopInstances({ InstanceIds: ['i-nonsense'] })).toThrow('Invalid id: "i-nonsense"');
});

test('instances of one reservation come together', () => {
  const ec2 = start([
    { InstanceId: first, ReservationId: 'r-1' },
    { InstanceId: second },
    { InstanceId: third, ReservationId: 'r-1' },
  ]);

  expect(shown(ec2.DescribeInstances({}))).toEqual([[first, third], [second]]);
});

test.each([
  ['tag:Name', ['web-*'], [first, second]],
  ['tag:Name', ['web-?'], [first]],
  ['tag:Name', ['Web-1'], []],
  ['tag-key', ['backup'], [second]],
  ['instance-state-name', ['stopped', 'stopping'], [third]],
  ['instance-id', [first, 'i-0dddddddddddddddd'], [first]],
  ['platform', ['windows'], [third]],
])('the filter %s = %j selects %j', (Name, Values, expected) => {
  const ec2 = start([
    { InstanceId: first, Tags: { Name: 'web-1' } },
    { InstanceId: second, Tags: { Name: 'web-12', backup: '' } },
    { InstanceId: third, State: 'stopped', Platform: 'Windows', Tags: { Name: 'db*' } },
  ]);

  expect(shown(ec2.DescribeInstances({ Filters: [{ Name, Values }] }))?.flat()).toEqual(expected);
});

test('an escaped wildcard stands for itself, and an unknown filter ends the run', () => {
  const ec2 = start([
    { InstanceId: first, Tags: { Name: 'db*' } },
    { InstanceId: second, Tags: { Name: 'db1' } },
  ]);

  expect(shown(ec2.DescribeInstances({ Filters: [{ Name: 'tag:Name', Values: ['db\\*'] }] }))).toEqual([[first]]);
  expect(() => ec2.DescribeInstances({ Filters: [{ Name: 'hypervisor', Values: ['xen'] }] })).toThrow(
    expect.objectContaining({ name: 'SimulatorError' }),
  );
});

test('more than 200 filter values are refused', () => {
  const ec2 = start([{ InstanceId: first }]);
  const Values = Array.from({ length: 201 }, () => first);

  expect(() => ec2.DescribeInstances({ Filters: [{ Name: 'instance-id', Values }] })).toThrow(
    code('FilterLimitExceeded'),
  );
});

test('pages hold MaxResults instances, and MaxResults does not go with ids', () => {
  const fleet = Array.from({ length: 12 }, (_, index) => ({ InstanceId: `i-${String(index).padStart(17, '0')}` }));
  const ec2 = start(fleet);

  const page = ec2.DescribeInstances({ MaxResults: 5 });
  const last = ec2.DescribeInstances({
    MaxResults: 5,
    NextToken: ec2.DescribeInstances({ MaxResults: 5, NextToken: page.NextToken }).NextToken,
  });

  expect([shown(page)?.length, shown(last)?.length, last.NextToken]).toEqual([5, 2, undefined]);
  expect(() => ec2.DescribeInstances({ MaxResults: 5, InstanceIds: ['i-00000000000000000'] })).toThrow(
    'The parameter instancesSet cannot be used with the parameter maxResults',
  );
  expect(() => ec2.DescribeInstances({ MaxResults: 4 })).toThrow(code('InvalidParameterValue'));
});

test('a terminated instance is listed for an hour', async () => {
  const ec2 = start([{ InstanceId: first, State: 'terminated' }]);

  const listed = shown(ec2.DescribeInstances({}));
  await pass(3601);

  expect(listed).toEqual([[first]]);
  expect(shown(ec2.DescribeInstances({}))).toEqual([]);
});

test('with a consistency delay the old state is seen for a while', async () => {
  const ec2 = start([{ InstanceId: first, StopSeconds: 5 }], { delay: 60 });
  const state = () => ec2.DescribeInstances({}).Reservations?.[0]?.Instances?.[0]?.State?.Name;

  ec2.StopInstances({ InstanceIds: [first] });
  const seen = state();
  await pass(70);

  expect(seen).toBe('running');
  expect(state()).toBe('stopped');
});

test('StopInstances and StartInstances have a bucket of tokens for instances', () => {
  const ids = Array.from({ length: 600 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
  const ec2 = start(ids.map((InstanceId) => ({ InstanceId })));

  ec2.StopInstances({ InstanceIds: ids });

  expect(() => ec2.StopInstances({ InstanceIds: ids })).toThrow(code('RequestLimitExceeded'));
});

test('attributes, Spot requests, volumes and regions can be described', () => {
  const ec2 = start([
    { InstanceId: first, StopProtection: true },
    { InstanceId: second, Spot: 'persistent' },
  ]);

  expect(ec2.DescribeInstanceAttribute({ InstanceId: first, Attribute: 'disableApiStop' }).DisableApiStop).toEqual({
    Value: true,
  });
  expect(
    ec2.DescribeSpotInstanceRequests({ Filters: [{ Name: 'instance-id', Values: [second] }] }).SpotInstanceRequests,
  ).toMatchObject([{ InstanceId: second, Type: 'persistent' }]);
  expect(ec2.DescribeVolumes({ Filters: [{ Name: 'attachment.instance-id', Values: [first] }] }).Volumes).toMatchObject(
    [{ VolumeId: 'vol-0a00000000000000a', Attachments: [{ InstanceId: first }] }],
  );
  expect(ec2.DescribeRegions({ RegionNames: ['eu-central-1'] }).Regions).toMatchObject([
    { RegionName: 'eu-central-1' },
  ]);
  expect(() => ec2.DescribeRegions({ RegionNames: ['eu-nowhere-1'] })).toThrow(code('InvalidParameterValue'));
});

test('CreateTags adds tags, and refuses those of AWS', () => {
  const ec2 = start([{ InstanceId: first, Tags: { Name: 'web' } }]);

  ec2.CreateTags({ Resources: [first], Tags: [{ Key: 'backup', Value: 'yes' }] });

  expect(ec2.snapshot().instances[0]?.Tags).toEqual({ Name: 'web', backup: 'yes' });
  expect(() => ec2.CreateTags({ Resources: [first], Tags: [{ Key: 'aws:x', Value: '' }] })).toThrow(
    code('InvalidParameterValue'),
  );
});

test('StopInstances needs every instance, with its tags as context', () => {
  const ec2 = start([{ InstanceId: first, Tags: { backup: 'yes' } }]);

  expect(ec2.access('StopInstances', { InstanceIds: [first, second] })).toEqual([
    {
      action: 'ec2:StopInstances',
      resource: `arn:aws:ec2:eu-west-1:111122223333:instance/${first}`,
      context: { 'aws:ResourceTag/backup': 'yes', 'ec2:ResourceTag/backup': 'yes' },
    },
    { action: 'ec2:StopInstances', resource: `arn:aws:ec2:eu-west-1:111122223333:instance/${second}`, context: {} },
  ]);
});

test('an instance belongs to its region, and the state at the end is a world again', () => {
  const ec2 = start([{ InstanceId: first }, { InstanceId: second, Region: 'eu-central-1' }]);
  const { instances } = ec2.snapshot();

  expect(instances).toEqual([{ InstanceId: first, State: 'running', Tags: {}, Region: 'eu-west-1' }]);
});

test('ten thousand instances stop, five hundred to a request', async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
  const ec2 = start(ids.map((InstanceId) => ({ InstanceId })));

  for (let index = 0; index < ids.length; index += 500) {
    ec2.StopInstances({ InstanceIds: ids.slice(index, index + 500) });
    await pass(30);
  }
  await pass(600);

  const states = ids.map((id) => ec2.instance(id)?.toWorld().State);
  expect(states.every((state) => state === 'stopped')).toBe(true);
});
