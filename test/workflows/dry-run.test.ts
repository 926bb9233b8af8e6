import { world as efsWorld, recoveryPoint } from '../../scenarios/efs-recovery/recovery';
import { RUNNING, scriptedInput, smallWorld } from '../../scenarios/pre-post-backup/small-fleet';
import { exampleInput, Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import type { Execution } from '../../simulator/asl/execution';
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

/** All that the account has, byte for byte, but the time, and what the suite's own tables hold but for one run's record. */
function stateOf(simulation: Simulation, execution?: Execution): string {
  const { startAt, ...world } = saveWorld(simulation.account);
  const isOfRun = ({ runId }: Record<string, unknown>) => execution && String(runId).startsWith(execution.arn);
  const own = OWN_TABLES.map((table) => simulation.items(table).filter((item) => !isOfRun(item)));
  return JSON.stringify({ world, own, sent: simulation.region.sns.published });
}

async function dryRun(
  { workflow, world, input }: { workflow: string; world: World; input: object },
  assess: (simulation: Simulation, execution: Execution) => void,
): Promise<void> {
  const simulation = await Simulation.open({ world, seed: 1 });
  try {
    const before = stateOf(simulation);
    const execution = simulation.start(workflow, { ...input, DryRun: true });
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

const reportOf = ({ output = '{}' }: Execution) => JSON.parse(String(output)) as Record<string, object>;
const planOf = (execution: Execution) => reportOf(execution).DryRun;

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

  it('everything that is wrong, and sends no notification about it', async () => {
    const world = { ...smallWorld(), vaults: [] };

    await dryRun({ workflow: 'pre-post-backup', world, input: scriptedInput() }, (_simulation, execution) => {
      expect(execution.error).toBe('InvalidInputError');
      expect(execution.cause).toContain('BackupDetails.BackupVaultName');
    });
  });
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
