import { join } from 'node:path';
import { brokenPromises, Night, START, world } from '../../../scenarios/efs-to-efs/night';
import { loadTemplate } from '../../../simulator/cloudformation/load-template';
import type { CallFault } from '../../../simulator/faults';
import type { WorldLaunch } from '../../../simulator/services/auto-scaling/world';

// Hours in which every minute something is tried in vain.
jest.setTimeout(300_000);

let night: Night;

afterEach(() => night.close());

const always = (fault: CallFault['fault'], call: string): CallFault => ({
  call,
  by: 'EfsToEfsFunction',
  fault,
  times: 'always',
});

/** A run whose work is sent when a call begins to be denied always. */
async function runWithout(
  call: string,
  { seconds = 300, launches = [] as WorldLaunch[], windowMinutes = 60 } = {},
): Promise<void> {
  const parameters = { NotifyOnSuccess: 'Yes', EfsToEfsWindowMinutes: `${windowMinutes}` };
  night = await Night.open(world({ works: [{ Seconds: seconds, Times: 'always' }], launches }, parameters));
  await night.invoke(START);
  await night.untilWorkIsSent();
  night.spoil([always('accessDenied', call)]);
}

describe('When the record of a run cannot be written any more', () => {
  it('the group is at 0 once the window is over, its rule is gone, and an alarm rings', async () => {
    await runWithout('dynamodb:UpdateItem');
    await night.wait(65 * 60);

    expect(night.isGroupEmpty).toBe(true);
    expect(night.stopRules).toEqual([]);
    expect(night.isAlarmed).toBe(true);
  });

  it('an alarm rings also if only the answers are lost', async () => {
    night = await Night.open(world(), [always('timeoutAfterSuccess', 'dynamodb:UpdateItem')]);
    await night.invoke(START);
    await night.wait(30 * 60);

    expect(night.isAlarmed).toBe(true);
  });

  it('the worker keeps its window: what looks dead by its record may be copying', async () => {
    await runWithout('dynamodb:UpdateItem', { seconds: 3000 });
    await night.wait(40 * 60);

    expect(night.isGroupEmpty).toBe(false);
  });

  it('the run comes to its end when that is possible again', async () => {
    await runWithout('dynamodb:UpdateItem');
    await night.wait(65 * 60);
    night.simulation.account.faults.list.pop();
    await night.settle();

    expect(night.lastRun()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(night.simulation.items('LocksTable')).toEqual([]);
  });
});

describe('When the instance of a run dies', () => {
  const DIES = { seconds: 3000, launches: [{ FailsAfterSeconds: 300 }], windowMinutes: 120 };

  it('it is let go within minutes, although the record cannot be written', async () => {
    await runWithout('dynamodb:UpdateItem', DIES);
    await night.wait(30 * 60);

    expect(night.group.lifecycleTimeouts).toEqual([]);
  });

  it('the operator hears of no run that continues it, if that could not be opened', async () => {
    await runWithout('dynamodb:PutItem', DIES);
    await night.settle();

    expect(night.lastRun()).toMatchObject({ outcome: 'FAILED', error: 'InstanceLost' });
    expect(night.lastRun().cause).not.toContain('continues in the rest');
    expect(brokenPromises(night)).toEqual([]);
  });
});

describe('When the open runs cannot be listed, and no event comes', () => {
  it('the run that has the group comes to its end', async () => {
    await runWithout('dynamodb:Query');
    night.spoil([{ event: '*', fault: 'lose', times: 'always' }]);
    await night.settle();

    expect(night.lastRun()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(brokenPromises(night)).toEqual([]);
  });
});

describe('When Auto Scaling does not say how the group is', () => {
  it('the group is at 0 minutes after the copy is complete', async () => {
    await runWithout('autoscaling:DescribeAutoScalingGroups');
    await night.wait(300 + 300);

    expect(night.isGroupEmpty).toBe(true);
    expect(night.group.lifecycleTimeouts).toEqual([]);
  });
});

describe('The group is at 0 once the window is over', () => {
  it('although the orchestrator may not set its capacity any more, and the run ends as what it was', async () => {
    await runWithout('autoscaling:SetDesiredCapacity');
    await night.settle();

    expect(brokenPromises(night)).toEqual([]);
    expect(night.lastRun()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('although the orchestrator dies of everything that it does', async () => {
    await runWithout('autoscaling:SetDesiredCapacity');
    night.spoil([always('crashAfter', '*')]);
    await night.wait(75 * 60);

    expect(night.isGroupEmpty).toBe(true);
  });

  it('and one that begins within the window of another keeps its own', async () => {
    night = await Night.open(world({ works: [{ Seconds: 300 }, { Seconds: 2000 }] }));
    await night.run();
    await night.wait(1200);
    await night.run();

    expect(night.runs.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });
});

describe('When the process dies of a call every time', () => {
  it('a run that cannot begin because of it is reported and closed', async () => {
    night = await Night.open(world(), [always('crashAfter', 'autoscaling:DescribeAutoScalingGroups')]);
    const run = await night.run();

    expect(run).toMatchObject({ outcome: 'FAILED', error: 'StartFailed' });
    expect(brokenPromises(night)).toEqual([]);
  });

  it('the group is at 0 once the window is over, also if it is the writing of the record', async () => {
    night = await Night.open(world({ works: [{ Seconds: 300, Times: 'always' }] }));
    await night.invoke(START);
    await night.untilWorkIsSent();
    night.spoil([always('crashAfter', 'dynamodb:UpdateItem')]);
    await night.wait(65 * 60);

    expect(night.isGroupEmpty).toBe(true);
    expect(night.stopRules).toEqual([]);
  });
});

describe('The next run can begin', () => {
  it.each([
    ['no message can be sent of this one', 'sns:Publish'],
    ['the lock of this one cannot be given back', 'dynamodb:DeleteItem'],
  ])('although %s', async (_what, call) => {
    await runWithout(call);
    await night.wait(1200);
    const first = night.lastRun();
    await night.invoke(START);
    await night.wait(1200);

    expect(night.lastRun()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(night.lastRun().runId).not.toBe(first.runId);
    expect(night.copies).toHaveLength(2);
  });
});

it('The alarm that rings watches the queue of the orchestrator, and tells of a single message', () => {
  const { Resources } = loadTemplate(join(__dirname, '../../../template.yaml'));
  expect(Resources.EfsToEfsFunction?.Properties).toMatchObject({
    DeadLetterQueue: { TargetArn: { 'Fn::GetAtt': ['FailedEventsQueue', 'Arn'] } },
  });
  expect(Resources.FailedEventsAlarm?.Properties).toMatchObject({
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['FailedEventsQueue', 'QueueName'] } }],
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
  });
});
