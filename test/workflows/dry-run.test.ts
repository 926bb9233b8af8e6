import { world as efsWorld, recoveryPoint } from '../../scenarios/efs-recovery/recovery';
import { world as efsToEfsWorld, START } from '../../scenarios/efs-to-efs/night';
import { RUNNING, scriptedInput, smallWorld } from '../../scenarios/pre-post-backup/small-fleet';
import { exampleInput, Simulation, type Started } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import { saveWorld } from '../../simulator/world';

const GB = 2 ** 30;
const OWN_TABLES = ['RunsTable', 'LocksTable', 'WaitsTable'];

/** A recovery point of an instance, whose job took so long. */
function backupOf(instanceId: string, minutes: number, gigabytes: number) {
  return recoveryPoint(20, {
    RecoveryPointArn: `arn:aws:ec2:eu-west-1::image/ami-${instanceId.slice(2)}`,
    ResourceArn: `arn:aws:ec2:eu-west-1:111122223333:instance/${instanceId}`,
    ResourceType: 'EC2',
    CompletionDate: `2026-11-20T03:${minutes}:00Z`,
    BackupSizeInBytes: gigabytes * GB,
  });
}

/** All that the account has, byte for byte, but the time and what AWS measures by itself, and what the suite's own tables hold but for one run's record. */
function stateOf(simulation: Simulation, execution?: Started): string {
  const { startAt, metrics, ...world } = saveWorld(simulation.account);
  const isOfRun = ({ runId }: Record<string, unknown>) => execution && String(runId).startsWith(execution.arn);
  const own = OWN_TABLES.map((table) => simulation.items(table).filter((item) => !isOfRun(item)));
  return JSON.stringify({ world, own, sent: simulation.region.sns.published });
}

async function dryRun(
  { workflow, world, input }: { workflow: string; world: World; input: object },
  assess: (simulation: Simulation, execution: Started) => void,
): Promise<void> {
  const simulation = await Simulation.open({ world, seed: 1 });
  try {
    const before = stateOf(simulation);
    const asks = workflow === 'efs-to-efs' ? { dryRun: true } : { DryRun: true };
    const execution = simulation.begin(workflow, { ...input, ...asks });
    await simulation.finish(execution);
    expect(stateOf(simulation, execution)).toBe(before);
    expect(simulation.runRecord(execution)).toMatchObject({ DryRun: true, outcome: execution.status });
    const messages = simulation.account.logs.map(({ line }) => JSON.parse(line).message);
    expect(messages).toEqual(expect.arrayContaining(['Dry run started', 'Dry run finished']));
    // What metrics and alarms count.
    expect(messages.filter((message) => ['Run started', 'Run finished'].includes(message))).toEqual([]);
    assess(simulation, execution);
  } finally {
    simulation.close();
  }
}

const reportOf = ({ output = '{}' }: Started) => JSON.parse(String(output)) as Record<string, object>;
const planOf = (execution: Started) => reportOf(execution).DryRun;

describe('A dry run changes nothing but for its record, is never counted, and says', () => {
  it('which groups of a fleet would be frozen, stopped and backed up, how long that takes, what it costs, and what ends it', async () => {
    const [first = '', second = ''] = RUNNING;
    const world = { ...smallWorld(), recoveryPoints: [backupOf(first, 40, 100), backupOf(second, 20, 50)] };

    await dryRun({ workflow: 'pre-post-backup', world, input: scriptedInput() }, (_simulation, execution) => {
      expect(execution.cause).toBeUndefined();
      expect(planOf(execution)).toMatchObject({
        Targets: 3,
        Groups: [{ Instances: [first], ExpectedSeconds: 2520 }, { Instances: [second] }, {}],
        PreScript: { CommandToRun: 'pre.sh', SecondsAtMost: 900 },
        PostScript: { CommandToRun: 'post.sh' },
        StopsInstances: 2,
        ExpectedSeconds: 2520,
        ExpectedDowntimeSeconds: 2520,
        ExpectedFrom: expect.stringContaining('2 of 3 instances have recovery points'),
        SizeInBytes: 250 * GB,
        Cost: { MonthlyAtMost: 12.5, Prices: expect.stringMatching(/us-east-1, read \d{4}-/) },
        EndsBy: expect.arrayContaining([expect.stringContaining('60 min after the stop')]),
      });
    });
  });

  it('that nothing is known of instances that were never backed up', async () => {
    await dryRun({ workflow: 'pre-post-backup', world: smallWorld(), input: scriptedInput() }, (_, execution) => {
      expect(planOf(execution)).not.toHaveProperty('ExpectedSeconds');
      expect(planOf(execution)).toMatchObject({ ExpectedFrom: expect.stringContaining('0 of 3 instances') });
    });
  });

  it('how long the backup of a file system takes, and what it costs', async () => {
    const past = recoveryPoint(20, { CompletionDate: '2026-11-20T04:30:00Z', BackupSizeInBytes: 200 * GB });
    const world = efsWorld('efs-backup', { recoveryPoints: [past] });
    const input = exampleInput('efs-backup') as object;

    await dryRun({ workflow: 'efs-backup', world, input }, (_simulation, execution) => {
      expect(planOf(execution)).toMatchObject({
        WouldBackUp: expect.stringMatching(/file-system\/fs-0123456789abcdef0 into nightly$/),
        ExpectedSeconds: 5400,
        SizeInBytes: 200 * GB,
        Cost: { MonthlyAtMost: 10 },
      });
    });
  });

  it('how long a recovery takes at least, and what it costs', async () => {
    const world = efsWorld('efs-copy-restore', {
      recoveryPoints: [recoveryPoint(20, { BackupSizeInBytes: 100 * GB })],
    });
    const input = exampleInput('efs-copy-restore') as object;

    await dryRun({ workflow: 'efs-copy-restore', world, input }, (_simulation, execution) => {
      expect(planOf(execution)).toMatchObject({
        WouldRestore: 'the copy',
        ExpectedSeconds: 2148,
        Cost: { Once: 4, MonthlyAtMost: 35 },
        EndsBy: expect.arrayContaining(['the execution ends after 70 days']),
      });
    });
  });

  it.each([
    ['backup', START, /^copy \/ of fs-0123456789abcdef0 to efs-backup on fs-/],
    [
      'restore',
      { mode: 'restore', subPath: '/home' },
      /^restore \/home of the copy .*"newest":true.* in a new directory$/,
    ],
    ['verification', { mode: 'verify', sampleFiles: 100 }, /^read 100 files of the copy/],
  ])('what a %s by the worker would do, and launches no instance', async (_what, input, sentence) => {
    await dryRun({ workflow: 'efs-to-efs', world: efsToEfsWorld(), input }, (simulation, execution) => {
      expect(execution.cause).toBeUndefined();
      expect(planOf(execution)).toMatchObject({
        WouldDo: expect.stringMatching(sentence),
        EndsBy: expect.arrayContaining([
          expect.stringMatching(
            /^the worker stops (45|1425) min after the start, 15 min before the end of its window$/,
          ),
        ]),
      });
      const calls = Object.keys(simulation.account.endpoint.callCounts());
      expect(
        calls.filter((call) => /SetDesired|SendCommand|PutRule|PutScheduled|DeleteRule|Complete/.test(call)),
      ).toEqual([]);
    });
  });

  it('everything that is wrong, and sends no notification about it', async () => {
    const world = { ...smallWorld(), vaults: [] };

    await dryRun({ workflow: 'pre-post-backup', world, input: scriptedInput() }, (_simulation, execution) => {
      expect(execution.error).toBe('InvalidInputError');
      expect(execution.cause).toContain('BackupDetails.BackupVaultName');
    });
  });
});

it('A dry run of a backup by the worker says how long the last one lets it expect, and who holds the worker', async () => {
  const simulation = await Simulation.open({ world: efsToEfsWorld(), seed: 1 });
  try {
    const first = simulation.begin('efs-to-efs', START);
    await simulation.finish(first);
    const second = simulation.begin('efs-to-efs', START);
    await simulation.account.clock.runUntil(() => simulation.items('LocksTable').length === 1, 3600);
    const dry = simulation.begin('efs-to-efs', { ...START, dryRun: true });
    await simulation.account.clock.runUntil(() => dry.status !== 'RUNNING', 60);

    expect(first.status).toBe('SUCCEEDED');
    expect(reportOf(dry)).toMatchObject({
      DryRun: {
        ExpectedSeconds: expect.any(Number),
        ExpectedFrom: expect.stringMatching(/^the daily backup of 2026-/),
      },
      Warning: expect.stringContaining(`The worker is at the run ${second.arn}`),
    });
    const { ExpectedSeconds } = planOf(dry) as { ExpectedSeconds: number };
    expect(ExpectedSeconds).toBeGreaterThanOrEqual(600);
    expect(ExpectedSeconds).toBeLessThan(1200);
    await simulation.finish(second);
    expect(second.status).toBe('SUCCEEDED');
  } finally {
    simulation.close();
  }
});

it('A dry run of a backup by the worker that could not begin says why to who asks', async () => {
  const { fileSystems = [], ...world } = efsToEfsWorld();
  const simulation = await Simulation.open({ world: { ...world, fileSystems: fileSystems.slice(1) }, seed: 1 });
  try {
    const dry = simulation.begin('efs-to-efs', { ...START, dryRun: true });
    await simulation.finish(dry);
    expect(dry).toMatchObject({ status: 'FAILED', error: 'InvalidInputError' });
    expect(dry.cause).toContain('fs-0123456789abcdef0: there is no such file system');
    expect(simulation.region.sns.published).toEqual([]);
  } finally {
    simulation.close();
  }
});

it('A dry run says who holds its instances, and is no run to compare targets with', async () => {
  const simulation = await Simulation.open({ world: smallWorld(), seed: 1 });
  try {
    const running = simulation.start('pre-post-backup', scriptedInput());
    await simulation.account.clock.runUntil(() => simulation.items('LocksTable').length === 3, 3600);
    const execution = simulation.start('pre-post-backup', { ...scriptedInput(), DryRun: true }, 'dry');
    await simulation.account.clock.runUntil(() => execution.status !== 'RUNNING', 3600);

    expect(reportOf(execution)).toMatchObject({
      Warnings: expect.arrayContaining([expect.stringContaining(`is in the run ${running.arn}`)]),
    });
    await simulation.finish(running);
    expect(running.status).toBe('SUCCEEDED');
  } finally {
    simulation.close();
  }
});
