import { brokenPromises, Night, START, world } from '../../../scenarios/efs-to-efs/night';
import { parseWorld, type World } from '../../../scenarios/world';
import type { Fault } from '../../../simulator/faults';

const SCHEDULED = { ...START, scheduledTime: '2026-11-21T02:00:00Z' };
let night: Night;

const open = async (changes: Partial<World> = {}, parameters: Record<string, string> = {}, faults: Fault[] = []) => {
  night = await Night.open(world(changes, parameters), faults);
};

afterEach(() => {
  const broken = brokenPromises(night);
  night.close();
  expect(broken).toEqual([]);
});

const works = () => night.requests.filter(({ request }) => request.action === 'backup');

describe('Starts', () => {
  it('of one moment of the schedule are one run, however often they come', async () => {
    await open();
    night.send(SCHEDULED);
    night.send(SCHEDULED);
    await night.settle();
    expect(await night.invoke(SCHEDULED)).toMatchObject({ status: 'SUCCEEDED' });
    await night.settle();
    expect(night.runs).toHaveLength(1);
    expect(works()).toHaveLength(1);
  });

  it('at once are one run, and the operator hears of the other (S3-D16)', async () => {
    await open();
    night.send(START);
    night.send(START);
    await night.settle();
    expect(night.runs.map(({ error }) => error ?? 'none').sort()).toEqual(['TargetBusyError', 'none']);
    expect(works()).toHaveLength(1);
    expect(night.notifications).toHaveLength(1);
    expect(night.notifications[0]?.message).toContain('is still open');
  });

  it('of other kinds are refused too while a run is in progress: it has the only worker, and its source', async () => {
    await open();
    const { runId } = await night.invoke(START);
    const others = [{ ...START, path: '/other', folderLabel: 'other' }, { mode: 'restore' }, { mode: 'verify' }];
    for (const other of others) {
      const answer = await night.invoke(other);
      expect(answer).toMatchObject({ error: 'TargetBusyError', message: expect.stringContaining(String(runId)) });
    }
    await night.settle();
    expect(night.requests).toMatchObject([{ request: { action: 'backup', runId } }]);
    expect(night.notifications).toHaveLength(3);
  });

  it('with a request that is too long for SSM are refused before anything is touched', async () => {
    await open();
    const answer = await night.invoke({ ...START, exclude: Array(20).fill(`/${'x'.repeat(1000)}`) });
    expect(answer).toMatchObject({ error: 'InvalidInputError', message: expect.stringContaining('shorten') });
    expect(works()).toHaveLength(0);
  });

  it('after each other are runs of their own, with ids of their own (S3-D10)', async () => {
    await open();
    const first = await night.run();
    const second = await night.run();
    expect(first.runId).not.toBe(second.runId);
    expect(second.report).toMatchObject({ outcome: 'COMPLETED' });
    expect(night.copies).toHaveLength(2);
  });

  it('of the next night find the copies of the one before (the world that a run leaves behind)', async () => {
    await open();
    await night.run();
    const left = parseWorld(JSON.parse(JSON.stringify(night.simulation.world())));
    const { parameters } = world();
    night.close();
    night = await Night.open({ ...left, parameters });
    await night.run();
    expect(night.copies).toHaveLength(2);
  });

  it('are gone on with by the overseer when the function dies on the way', async () => {
    await open({}, {}, [{ call: 'events:PutRule', fault: 'crashAfter' }]);
    const run = await night.run();
    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('send the work once when the function dies right after it (S3-D22)', async () => {
    await open({}, {}, [{ call: 'ssm:SendCommand', fault: 'crashAfter' }]);
    const run = await night.run();
    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(works()).toHaveLength(1);
  });

  it('take empty optional keys as absent', async () => {
    await open();
    const answer = await night.invoke({ ...START, interval: '', retain: null, path: {} });
    expect(answer.error).toBeUndefined();
    await night.settle();
    expect(night.lastRun()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('with a bad input name everything that is wrong, and start nothing', async () => {
    await open();
    const answer = await night.invoke({ ...START, retain: 0, windowMinutes: 5, intervall: 'x' });
    await night.settle();
    expect(answer).toMatchObject({ error: 'InvalidInputError' });
    expect(answer.message).toContain('retain: must be at least 1');
    expect(answer.message).toContain('windowMinutes: must be at least 60');
    expect(answer.message).toContain('did you mean interval?');
    expect(night.group.activities).toEqual([]);
    expect(night.lastRun()).toMatchObject({ outcome: 'FAILED', error: 'InvalidInputError' });
  });

  it('are refused when the source has no mount target where a worker may run', async () => {
    await open();
    const { fileSystems = [] } = world();
    const [source] = fileSystems;
    night.close();
    await open({
      fileSystems: [{ ...source, MountTargets: source?.MountTargets?.slice(0, 1) } as (typeof fileSystems)[0]],
    });
    const answer = await night.invoke(START);
    await night.settle();
    expect(answer.message).toContain('no mount target that is available in eu-west-1b');
  });

  it('are refused for a stack whose retention EFS could not hold (S3-D12)', async () => {
    await open();
    night.close();
    await expect(Night.open(world({}, { EfsToEfsRetain: '171' }))).rejects.toThrow('at most 170');
    await expect(Night.open(world({}, { EfsToEfsRetain: '0' }))).rejects.toThrow('at least 1');
    await open();
  });

  it('come from the schedule, in its time zone, when it is enabled (S3-F01)', async () => {
    await open(
      { startAt: '2026-11-21T00:30:00Z' },
      {
        EfsToEfsScheduleState: 'ENABLED',
        EfsToEfsScheduleTimeZone: 'Europe/Berlin',
      },
    );
    await night.wait(1900);
    await night.settle();
    expect(night.runs).toMatchObject([{ runId: 'efs-to-efs-daily-20261121T010000Z', outcome: 'SUCCEEDED' }]);
  });
});

describe('Stops', () => {
  it('by an operator stop the copy cleanly, and the run is no success', async () => {
    await open({ works: [{ Seconds: 2000 }] });
    await night.invoke(START);
    await night.wait(300);
    const [run] = night.runs;
    expect(await night.invoke({ mode: 'backup', action: 'stop', backupId: run?.runId })).toMatchObject({
      status: 'STOPPING',
    });
    await night.settle();
    expect(night.lastRun()).toMatchObject({ outcome: 'FAILED', error: 'StoppedByOperator' });
  });

  it('that come long before the end of the window are ignored (S3-F22)', async () => {
    await open();
    await night.invoke(START);
    const [run] = night.runs;
    const stop = { mode: 'backup', action: 'stop', backupId: run?.runId, isWindowEnd: true };
    expect(await night.invoke(stop)).toMatchObject({ status: 'TOO_EARLY' });
    await night.settle();
    expect(night.lastRun()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('of a run that is over, or was never there, remove what is left of it (S3-D08)', async () => {
    await open();
    const { runId } = await night.run();
    for (const backupId of [runId, 'efs-to-efs-daily-x']) {
      const stop = { mode: 'backup', action: 'stop', backupId };
      expect(await night.invoke({ ...stop, isWindowEnd: true })).toMatchObject({ status: 'NOT_RUNNING' });
      expect(await night.invoke(stop)).toMatchObject({ error: 'InvalidInputError' });
    }
  });
});

describe('The overseer', () => {
  it('sends home an instance that belongs to no run', async () => {
    await open();
    night.group.setDesired(1);
    await night.settle();
    expect(night.isGroupEmpty).toBe(true);
    expect(night.requests).toEqual([]);
  });

  it('tells once that a scheduled backup is missing, whatever the reason (S3-D06)', async () => {
    await open(
      { launches: [{ Error: 'InsufficientInstanceCapacity', Times: 'always' }], startAt: '2026-11-21T01:55:00Z' },
      { EfsToEfsScheduleState: 'ENABLED', EfsToEfsMaximumAgeHours: '3' },
    );
    await night.wait(4 * 3600);
    const subjects = night.notifications.map(({ subject }) => subject?.split(' ')[0]);
    expect(subjects).toEqual(['FAILED:', 'MISSED:']);
    expect(night.notifications[1]?.message).toContain('no successful daily backup of fs-0123456789abcdef0');
  });

  it('neither fails nor tells twice when two looks for a missing backup meet', async () => {
    // Prepare: no rule looks, and the first look has yet to note when the schedule was turned on
    await open(
      { launches: [{ Error: 'InsufficientInstanceCapacity', Times: 'always' }], startAt: '2026-11-21T03:00:00Z' },
      { EfsToEfsScheduleState: 'ENABLED', EfsToEfsMaximumAgeHours: '3' },
    );
    const { events, lambda } = night.region;
    for (const { Name, ScheduleExpression } of events.ListRules({}).Rules ?? [])
      if (ScheduleExpression) events.DisableRule({ Name });
    for (const item of night.simulation.items('RunsTable').filter(({ item }) => item === 'last-success'))
      night.region.dynamodb.DeleteItem({
        TableName: night.simulation.stack.resource('RunsTable').physicalId,
        Key: { runId: { S: String(item.runId) }, item: { S: 'last-success' } },
      });
    const arn = String(night.simulation.stack.resource('EfsToEfsFunction').attributes.Arn);
    const look = () => lambda.run(arn, { mode: 'overseer' });
    const twice = () => night.simulation.account.clock.runUntil(Promise.all([look(), look(), look()]), 600);

    // Act
    const first = await twice();
    await night.wait(4 * 3600);
    const late = await twice();

    // Assess
    for (const result of [...first, ...late]) expect(result).not.toHaveProperty('functionError');
    expect(night.notifications.map(({ subject }) => subject?.split(' ')[0])).toEqual(['MISSED:']);
    expect(night.simulation.items('RunsTable').filter(({ item }) => item === 'last-success')).toHaveLength(1);
  });

  it('says nothing of backups that are young enough, and begins anew after a success', async () => {
    await open(
      { startAt: '2026-11-21T01:55:00Z' },
      { EfsToEfsScheduleState: 'ENABLED', EfsToEfsMaximumAgeHours: '3', EfsToEfsScheduleExpression: 'rate(2 hours)' },
    );
    await night.wait(4 * 3600 + 1800);
    await night.settle();
    expect(night.notifications).toEqual([]);
  });
});
