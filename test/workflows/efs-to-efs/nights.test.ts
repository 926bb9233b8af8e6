import { brokenPromises, Night, type RunRecord, START, world } from '../../../scenarios/efs-to-efs/night';
import type { World } from '../../../scenarios/world';

const EBS_KEY = '0000ebs0-12ab-34cd-56ef-1234567890ab';

let night: Night;

afterEach(() => night.close());

/** A whole night in a world; afterwards every promise holds. */
async function nightIn(changes: Partial<World>, parameters: Record<string, string> = {}): Promise<RunRecord> {
  night = await Night.open(world(changes, parameters));
  const run = await night.run();
  expect(brokenPromises(night)).toEqual([]);
  expect(night.isAlarmed).toBe(false);
  return run;
}

describe('A night', () => {
  it('ends early when the copy is complete, and sends no message where successes are not to be reported (S3-F03, S3-F13)', async () => {
    const run = await nightIn({});
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { outcome: 'COMPLETED', files: 5000 } });
    expect(Number(run.finishedAt) - Number(run.startedAt)).toBeLessThan(900);
    expect(night.copies).toMatchObject([{ FolderLabel: 'efs-backup', Interval: 'daily' }]);
    expect(night.notifications).toEqual([]);
    expect(night.group.lifecycleTimeouts).toEqual([]);
  });

  it('whose window ends during the copy stops it cleanly 15 minutes before, and the operator hears of it (S3-F02, S3-D17)', async () => {
    const run = await nightIn({ works: [{ Seconds: 9000, Times: 'always' }] });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'WindowEnded', report: { outcome: 'STOPPED' } });
    expect(Number(run.finishedAt) - Number(run.startedAt)).toBeGreaterThan(45 * 60);
    expect(Number(run.finishedAt)).toBeLessThan(Number(run.windowEndsAt));
    expect(night.copies).toEqual([]);
    expect(night.notifications).toHaveLength(1);
  });

  it('that cannot end inside its window says when it would, also when its worker says nothing more', async () => {
    const silent = [{ Seconds: 9000, SilentAfterSeconds: 600, Times: 'always' as const }];
    for (const works of [[{ Seconds: 9000, Times: 'always' as const }], silent]) {
      const run = await nightIn({ works });
      const text = night.notifications[0]?.message ?? '';
      const [, time = '', minutes = ''] =
        /At its pace it would have ended at (\S+), (\d+) minutes after its window/.exec(text) ?? [];
      expect(Date.parse(time) / 1000 - Number(run.startedAt)).toBeGreaterThan(9000);
      expect(Number(minutes)).toBe(Math.ceil((Date.parse(time) / 1000 - Number(run.windowEndsAt)) / 60));
      night.close();
    }
    night = await Night.open(world({}));
  });

  it('that ends well but says that the next one will not fit its window sends a notification', async () => {
    const run = await nightIn({ works: [{ Facts: { nextRunSeconds: 4000 } }] });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { nextRunSeconds: 4000 } });
    expect(night.notifications[0]?.message).toContain('nextRunSeconds: 4000');
  });

  it('without capacity fails after 15 minutes with the reason of Auto Scaling (S3-D06)', async () => {
    const run = await nightIn({ launches: [{ Error: 'InsufficientInstanceCapacity', Times: 'always' }] });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'NoCapacity' });
    expect(run.cause).toContain('sufficient capacity');
    expect(night.notifications).toHaveLength(1);
  });

  it.each([
    ['does not let Auto Scaling in', undefined, 'Client.InternalError'],
    ['is disabled', 'Disabled', 'Client.InvalidKMSKey.InvalidState'],
  ] as const)('whose default key for EBS %s fails with the reason of Auto Scaling', async (_, KeyState, reason) => {
    const run = await nightIn({ keys: [{ KeyId: EBS_KEY, KeyState }], ebsDefaultKeyId: EBS_KEY });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'NoCapacity' });
    expect(run.cause).toContain(reason);
  });

  it('has its worker where the default key for EBS is a customer managed one that lets Auto Scaling in', async () => {
    const Principal = {
      AWS: 'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    };
    const Policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 'kms:CreateGrant', Resource: '*' }],
    };
    const run = await nightIn({ keys: [{ KeyId: EBS_KEY, Policy }], ebsDefaultKeyId: EBS_KEY });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('takes the instance that comes after some attempts without capacity', async () => {
    const run = await nightIn({ launches: [{ Error: 'InsufficientInstanceCapacity', Times: 3 }] });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('whose instance SSM never reaches fails, and the instance is sent home', async () => {
    const run = await nightIn({ launches: [{ Ssm: 'ConnectionLost' }] });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'WorkerUnreachable' });
    expect(night.requests).toEqual([]);
  });

  it('whose Spot Instance is taken back stops the copy in the two minutes, and launches no other if less than an hour is left (S3-F16)', async () => {
    const launches = [{ InterruptedAfterSeconds: 300 }];
    const run = await nightIn({ launches, works: [{ Seconds: 1200, StopSeconds: 60 }] }, { EfsToEfsSpot: 'Yes' });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'InstanceLost', report: { outcome: 'STOPPED' } });
    expect(new Set(night.requests.map(({ instanceId }) => instanceId)).size).toBe(1);
    expect(night.requests.map(({ request }) => request.action)).toEqual(['backup', 'stop']);
  });

  it('whose Spot Instance is taken back early continues in the rest of its window, on another instance (S3-F16)', async () => {
    const launches = [{ InterruptedAfterSeconds: 300 }];
    const works = [{ Seconds: 1200, StopSeconds: 60 }, { Seconds: 600 }];
    const second = await nightIn({ launches, works }, { EfsToEfsSpot: 'Yes', EfsToEfsWindowMinutes: '240' });

    const [first] = night.runs.filter(({ runId }) => runId !== second.runId);
    expect(first).toMatchObject({ outcome: 'FAILED', error: 'InstanceLost', continuedBy: second.runId });
    expect(second).toMatchObject({ outcome: 'SUCCEEDED', report: { continues: first?.runId } });
    expect(Number(second.windowEndsAt)).toBeLessThanOrEqual(Number(first?.windowEndsAt));
    expect(night.copies).toHaveLength(1);
    const texts = night.notifications.map(({ subject, message }) => `${subject} ${message}`);
    expect(texts).toEqual([
      expect.stringMatching(`FAILED[\\s\\S]*${second.runId} continues`),
      expect.stringContaining('SUCCEEDED'),
    ]);
  });

  it('whose instances are taken back one after the other is given up after three', async () => {
    const launches = [{ InterruptedAfterSeconds: 300, Times: 'always' as const }];
    await nightIn({ launches, works: [{ Seconds: 1200, Times: 'always' }] }, { EfsToEfsWindowMinutes: '720' });
    expect(night.runs.map(({ error }) => error)).toEqual(['InstanceLost', 'InstanceLost', 'InstanceLost']);
    expect(night.notifications).toHaveLength(3);
  });

  it('whose instance is taken back after an operator stopped it is not continued', async () => {
    night = await Night.open(
      world({ launches: [{ FailsAfterSeconds: 300 }], works: [{ Seconds: 9000 }] }, { EfsToEfsWindowMinutes: '240' }),
    );
    await night.invoke(START);
    await night.simulation.account.clock.runUntil(() => night.runs.some(({ ending }) => ending), 1800);
    await night.invoke({ mode: 'backup', action: 'stop', backupId: night.lastRun().runId });
    await night.settle();
    expect(night.runs).toMatchObject([{ error: 'InstanceLost' }]);
  });

  it.each([
    ['dies', { FailsAfterSeconds: 300 }],
    ['is replaced by Auto Scaling', { ReplacedAfterSeconds: 300 }],
  ])('whose instance %s ends, and the replacement never gets the work (S3-D16)', async (_what, launch) => {
    const run = await nightIn({ launches: [launch] });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'InstanceLost' });
    expect(night.requests.filter(({ request }) => request.action === 'backup')).toHaveLength(1);
  });

  it('whose worker falls silent ends 15 minutes later', async () => {
    const run = await nightIn({ works: [{ Seconds: 1200, SilentAfterSeconds: 120 }] });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'WorkerSilent' });
    expect(night.notifications).toHaveLength(1);
  });

  it('whose worker does not listen to the stop ends within the window all the same (S3-D23)', async () => {
    const works = [{ Seconds: 1e6, SilentAfterSeconds: 42 * 60 }];
    const run = await nightIn({ works });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'WindowEnded' });
    expect(Number(run.finishedAt)).toBeLessThan(Number(run.windowEndsAt) + 120);
  });

  it('whose copy is suspect is no success, says how to accept it, and passes the consent on', async () => {
    const name = '2026-11-21T02-00-00Z.daily.suspect';
    const works = [{ Outcome: 'FAILED' as const, Reason: 'CopySuspect', Message: `acceptShrunkCopy: "${name}"` }];
    const run = await nightIn({ works });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'CopySuspect' });
    expect(night.notifications[0]?.message).toContain('replaces no other copy');
    expect(night.notifications[0]?.message).toContain(name);
    const wishes = { acceptShrunkCopy: name, exclude: ['/cache'], discardIncomplete: true };
    await night.run({ ...START, ...wishes });
    expect(night.requests.at(-1)?.request).toMatchObject(wishes);
  });

  it('whose worker fails says why (S3-F12, S3-D07)', async () => {
    const works = [{ Outcome: 'FAILED' as const, Reason: 'OutOfSpace', Message: 'No space left on device' }];
    const run = await nightIn({ works });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'OutOfSpace' });
    expect(night.notifications[0]?.message).toContain('No space left on device');
  });

  it('takes the report from the output of SSM when the table did not get it (S3-D22)', async () => {
    const run = await nightIn({ works: [{ Report: 'output', Files: 42 }] });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { files: 42 } });
  });

  it('without any report is no success (S3-D24)', async () => {
    const run = await nightIn({ works: [{ Report: 'nowhere' }] });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'NoReport' });
  });

  it('in which files vanished succeeds, and the operator hears of them', async () => {
    const run = await nightIn({ works: [{ FilesVanished: 3 }] });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { filesVanished: 3 } });
    expect(night.notifications[0]?.message).toContain('filesVanished: 3');
  });
});
