import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  PutScheduledUpdateGroupActionCommand,
  RecordLifecycleActionHeartbeatCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { Account } from '../../../account';
import type { WorldLaunch } from '../../../services/auto-scaling/world';

const NAME = { AutoScalingGroupName: 'builders' };
const HOOK = { ...NAME, LifecycleHookName: 'terminating' };

let account: Account;
let client: AutoScalingClient;

afterEach(() => account.close());

/** An account with a group of at most one instance, and a hook that waits for ten minutes. */
function open(launches: WorldLaunch[] = []): void {
  account = new Account();
  client = account.endpoint.client(AutoScalingClient);
  const { autoScaling } = account.region();
  autoScaling.load(launches);
  autoScaling.create({
    name: 'builders',
    minSize: 0,
    maxSize: 1,
    desired: 0,
    subnetIds: ['subnet-a'],
    instanceTypes: ['c7g.xlarge'],
    isSpot: true,
    launchTemplateId: 'lt-1',
    tags: {},
    cooldownSeconds: 300,
    healthCheckGraceSeconds: 0,
  });
  const LifecycleTransition = 'autoscaling:EC2_INSTANCE_TERMINATING';
  autoScaling.PutLifecycleHook({ ...HOOK, LifecycleTransition, HeartbeatTimeout: 600, DefaultResult: 'CONTINUE' });
}

const wait = (seconds: number) => account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
const call = <T>(request: Promise<T>) => account.clock.runUntil(request, 60);
const setDesired = (DesiredCapacity: number) =>
  call(client.send(new SetDesiredCapacityCommand({ ...NAME, DesiredCapacity })));
const schedule = (seconds: number, DesiredCapacity: number) => {
  const StartTime = new Date(account.clock.now + seconds * 1000);
  const action = { ...NAME, ScheduledActionName: 'night', StartTime, DesiredCapacity };
  return call(client.send(new PutScheduledUpdateGroupActionCommand(action)));
};
const eventNames = () => account.region().events.seen.map(({ event }) => event['detail-type']);

async function instances() {
  const answer = await call(client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['builders'] })));
  return answer.AutoScalingGroups?.[0]?.Instances ?? [];
}

async function workingInstance(): Promise<string> {
  await setDesired(1);
  await wait(60);
  const [instance] = await instances();
  expect(instance).toMatchObject({ LifecycleState: 'InService', HealthStatus: 'Healthy' });
  return instance?.InstanceId ?? '';
}

describe('An Auto Scaling group', () => {
  it('launches what is desired, and says so', async () => {
    open();
    await workingInstance();
    expect(eventNames()).toContain('EC2 Instance Launch Successful');
  });

  it('refuses a capacity beyond its bounds', async () => {
    open();
    await expect(setDesired(2)).rejects.toThrow('New SetDesiredCapacity value 2 is above max value 1');
  });

  it('takes a capacity at its scheduled time, once, and at the later one of two by the same name', async () => {
    open();
    await schedule(300, 1);
    await schedule(600, 1);
    await wait(500);
    expect(await instances()).toEqual([]);
    await wait(200);
    expect(await instances()).toMatchObject([{ LifecycleState: 'InService' }]);
  });

  it('refuses a schedule in the past, and one beyond its bounds', async () => {
    open();
    await expect(schedule(-1, 1)).rejects.toThrow('in the past');
    await expect(schedule(60, 2)).rejects.toThrow('above max value 1');
  });

  it('tries again when there is no capacity', async () => {
    open([{ Error: 'InsufficientInstanceCapacity', Times: 2 }]);
    await setDesired(1);
    await wait(40);
    expect(eventNames()).toContain('EC2 Instance Launch Unsuccessful');
    await wait(300);
    expect(await instances()).toMatchObject([{ LifecycleState: 'InService' }]);
  });

  it('lets an instance wait until its lifecycle action is completed', async () => {
    open();
    const InstanceId = await workingInstance();
    await setDesired(0);
    await wait(500);
    expect(await instances()).toMatchObject([{ LifecycleState: 'Terminating:Wait' }]);
    await call(client.send(new RecordLifecycleActionHeartbeatCommand({ ...HOOK, InstanceId })));
    await wait(500);
    expect(await instances()).toMatchObject([{ LifecycleState: 'Terminating:Wait' }]);
    const action = { ...HOOK, InstanceId, LifecycleActionResult: 'CONTINUE' };
    await call(client.send(new CompleteLifecycleActionCommand(action)));
    await wait(60);
    expect(await instances()).toEqual([]);
    expect(eventNames().at(-1)).toBe('EC2 Instance Terminate Successful');
    await expect(call(client.send(new CompleteLifecycleActionCommand(action)))).rejects.toThrow(
      'The lifecycle action of instance ID',
    );
  });

  it('continues without an answer after the time of a heartbeat', async () => {
    open();
    await workingInstance();
    await setDesired(0);
    await wait(700);
    expect(await instances()).toEqual([]);
  });

  it.each<[string, WorldLaunch, number]>([
    ['dies', { FailsAfterSeconds: 100 }, 200],
    ['is taken back by EC2, two minutes after a warning', { InterruptedAfterSeconds: 100 }, 300],
  ])('replaces an instance that %s, through its hook', async (_what, launch, seconds) => {
    open([launch]);
    const first = await workingInstance();
    await wait(seconds);
    const [old, another] = await instances();
    expect(old).toMatchObject({ InstanceId: first, LifecycleState: 'Terminating:Wait', HealthStatus: 'Unhealthy' });
    expect(another).toMatchObject({ LifecycleState: 'InService' });
  });
});
