import {
  alike,
  closeFleet,
  Fleet,
  inputByTag,
  instanceId,
  instances,
  TAG,
} from '../../../scenarios/pre-post-backup/fleet';
import { AwsError } from '../../../simulator/errors';
import { wantsRefusals } from '../../setup/refusals';

const STOPS = inputByTag({ StartStopEC2Required: true, MaxConcurrentGroups: 1000 });
const MINUTE_MS = 60_000;
/** One of each fleet cannot be stopped, or not be started. */
const BAD = instanceId(7);

afterEach(() => {
  jest.restoreAllMocks();
  closeFleet();
});

function callsOf(fleet: Fleet, call: string) {
  return fleet.simulation.account.endpoint.calls.filter((made) => made.call === call);
}

function runsOf(fleet: Fleet, logicalId: string): number {
  return fleet.region.lambda.invocations.filter((invocation) => invocation.logicalId === logicalId).length;
}

/** How many milliseconds after the first instance the last one of the others did so. */
function spread(fleet: Fleet, what: string, others: string[]): number {
  const times = others.map((id) => fleet.timeOf(id, what));
  return Math.max(...times) - Math.min(...times);
}

/** Does something once the preflight is over, and no instance was stopped yet. */
function afterPreflight(fleet: Fleet, act: () => void): void {
  let isDone = false;
  fleet.simulation.account.observer.observe(({ what, subject }) => {
    if (isDone || what !== 'call' || subject !== 'backup:ListBackupJobs') return;
    isDone = true;
    act();
  });
}

describe('A run of many groups', () => {
  it.each(['perInstance', 'perRequest'] as const)(
    'asks EC2 for the stops and the starts of many groups at once (a token %s)',
    async (behaviour) => {
      // Prepare
      const fleet = await Fleet.open({ instances: alike(60) }, { doubts: { 'ec2.resourceTokens': behaviour } });

      // Act
      const run = await fleet.run(STOPS);

      // Assess: at most one request for ten groups, and no function had to run again for one that was refused
      expect(run.status).toBe('SUCCEEDED');
      expect(callsOf(fleet, 'ec2:StopInstances').length).toBeLessThanOrEqual(6);
      expect(callsOf(fleet, 'ec2:StartInstances').length).toBeLessThanOrEqual(12);
      expect(runsOf(fleet, 'StopInstancesFunction')).toBe(60);
      expect(runsOf(fleet, 'StartInstancesFunction')).toBe(60);
      expect(run.lines.every(({ StartEc2InstanceStatus }) => StartEc2InstanceStatus === 'running')).toBe(true);
    },
  );

  it('stops all others within a minute although EC2 does not know one of 200 any more', async () => {
    // Prepare: it is still described, as after an instance was terminated by somebody
    const fleet = await Fleet.open({ instances: alike(200) });
    const { ec2 } = fleet.region;
    const { access } = ec2.StopInstances;
    const stop = ec2.StopInstances.bind(ec2);
    const refusing = jest.spyOn(ec2, 'StopInstances').mockImplementation((input) => {
      if (input.InstanceIds?.includes(BAD))
        throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${BAD}' does not exist`);
      return stop(input);
    });
    Object.assign(refusing, { access });

    // Act
    const run = await fleet.run(STOPS);

    // Assess
    const others = alike(200).flatMap(({ InstanceId = '' }) => (InstanceId === BAD ? [] : [InstanceId]));
    expect(run.record.report).toMatchObject({ Succeeded: 199, Failed: 1 });
    expect(spread(fleet, 'stopping', others)).toBeLessThan(MINUTE_MS);
    expect(callsOf(fleet, 'ec2:StopInstances').length).toBeLessThanOrEqual(20);
    const group = fleet.simulation.items('RunsTable').find(({ item }) => item === 'group#000006');
    expect(JSON.stringify(group)).toContain('Stop Instances: InvalidInstanceID.NotFound');
  }, 300_000);

  it('starts all others within a minute although there is no capacity for one', async () => {
    // Prepare
    const declared = instances(
      Array.from({ length: 40 }, (_, index) => (index === 6 ? { StartOutcome: 'InsufficientInstanceCapacity' } : {})),
    );
    const fleet = await Fleet.open({ instances: declared });

    // Act
    const run = await fleet.run(STOPS);

    // Assess
    const others = declared.flatMap(({ InstanceId = '' }) => (InstanceId === BAD ? [] : [InstanceId]));
    const late = others.map((id) => fleet.timeOf(id, 'pending') - fleet.timeOf(id, 'backup COMPLETED'));
    expect(run.record.report).toMatchObject({ Succeeded: 39, Failed: 1 });
    expect(Math.max(...late)).toBeLessThan(2 * MINUTE_MS);
    expect(run.line(BAD).FailureMessage).toContain('InsufficientInstanceCapacity');
  });

  it('stops all others although one was protected against a stop since the preflight', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(40) });
    afterPreflight(fleet, () =>
      Object.assign(fleet.region.ec2.instance(BAD)?.declared ?? {}, { StopProtection: true }),
    );

    // Act
    const run = await fleet.run(STOPS);

    // Assess
    expect(run.record.report).toMatchObject({ Succeeded: 39, Failed: 1 });
    expect(run.line(BAD).FailureMessage).toContain('Stop Instances: OperationNotPermitted');
    expect(fleet.story(BAD)).toEqual([]);
  });

  it('stops all others although it lost the right to stop one, whose tag was taken off', async () => {
    wantsRefusals();
    // Prepare
    const tags = { ...TAG, 'backup-workflows-target': 'nightly' };
    const fleet = await Fleet.open({
      instances: alike(40, { Tags: tags }),
      parameters: { RequiredTargetTagValue: 'nightly' },
    });
    afterPreflight(fleet, () =>
      fleet.region.ec2.CreateTags({ Resources: [BAD], Tags: [{ Key: 'backup-workflows-target', Value: 'no' }] }),
    );

    // Act
    const run = await fleet.run(STOPS);

    // Assess
    expect(run.record.report).toMatchObject({ Succeeded: 39, Failed: 1 });
    expect(run.line(BAD).FailureMessage).toContain('Stop Instances: UnauthorizedOperation');
    expect(fleet.story(BAD)).toEqual([]);
  });

  it('changes nothing when it is stopped between the intent of the groups and the request', async () => {
    // Prepare: the messages that bring the request come late
    const fleet = await Fleet.open(
      { instances: alike(10) },
      { faults: [{ call: 'dynamodb:Query', by: 'ReconcileWaitsFunction', fault: 'throttle', times: 10 }] },
    );
    const { clock } = fleet.simulation.account;
    const execution = fleet.simulation.start('pre-post-backup', STOPS);
    const intents = () => fleet.simulation.items('RunsTable').filter((item) => 'stop' in item);
    await clock.runUntil(() => intents().length === 10, 600);

    // Act
    fleet.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await fleet.simulation.finish(execution);

    // Assess
    expect(fleet.changingCalls()).not.toContain('ec2:StopInstances');
    expect(alike(10).map(({ InstanceId = '' }) => fleet.story(InstanceId))).toEqual(Array(10).fill([]));
    expect(fleet.simulation.items('RunsTable').filter(({ open }) => open)).toEqual([]);
  });

  it('does not start an instance that a person has stopped since the preflight', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(10) });
    afterPreflight(fleet, () => fleet.region.ec2.StopInstances({ InstanceIds: [BAD] }));

    // Act
    const run = await fleet.run(STOPS);

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.line(BAD)).toMatchObject({ StopEc2InstanceStatus: 'skipped', StartEc2InstanceStatus: 'skipped' });
    expect(fleet.stateOf(BAD)).toBe('stopped');
  });

  it('stops and starts its instances without the reconciler, when the states are tried again', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(7) });
    const { region, stack } = fleet.simulation;
    region.events.DisableRule({ Name: stack.resource('ReconcileWaitsFunctionEveryFiveMinutes').physicalId });
    region.lambda.UpdateEventSourceMapping({ UUID: stack.resource('WakeReconciler').physicalId, Enabled: false });

    // Act
    const run = await fleet.run(STOPS);

    // Assess: each state waits for a quarter of an hour
    expect(run.status).toBe('SUCCEEDED');
    expect(run.seconds).toBeLessThan(3 * 900);
  });

  it('asks again when EC2 has no tokens for so many instances, for fewer at a time', async () => {
    // Prepare
    const fleet = await Fleet.open(
      { instances: alike(40) },
      { faults: [{ call: 'ec2:StopInstances', fault: 'throttle', times: 9 }] },
    );

    // Act
    const run = await fleet.run(STOPS);

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(
      spread(
        fleet,
        'stopping',
        alike(40).map(({ InstanceId = '' }) => InstanceId),
      ),
    ).toBeLessThan(MINUTE_MS);
    expect(runsOf(fleet, 'StopInstancesFunction')).toBe(40);
  });
});
