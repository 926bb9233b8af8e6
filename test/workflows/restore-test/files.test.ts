import { type Damage, type Kind, scheduleOf, startTest, worldOf } from '../../../scenarios/restore-test/tests';
import { Simulation } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';
import type { PinnedDoubts } from '../../../simulator/doubts';
import type { Fault } from '../../../simulator/faults';

const ON_DEMAND: Kind = { source: 'a file system', isScheduled: false };
/** Most of a test is waiting for the end of the window otherwise. */
const DELETED_SOON: PinnedDoubts = { 'backup.testDeletion': 'onceValidated' };

let simulation: Simulation;
jest.setTimeout(180_000);
afterEach(() => simulation?.close());

interface Changes {
  damage?: Damage;
  isScheduled?: boolean;
  faults?: Fault[];
  /** How the worker compares, where it is not as usual. */
  comparison?: Partial<NonNullable<World['works']>[number]>;
}

/** The account of both workflows: the worker backs up the file system of which AWS Backup has a recovery point. */
async function open({ damage = {}, isScheduled = true, faults = [], comparison = {} }: Changes = {}): Promise<void> {
  const world = worldOf('a file system', { DurationSeconds: 600, ...damage });
  const schedule = isScheduled ? scheduleOf('a file system') : {};
  simulation = await Simulation.open({
    world: {
      ...world,
      parameters: { ...world.parameters, ...schedule },
      works: world.works?.map((work) => ({ ...work, ...comparison })),
    },
    faults,
    doubts: DELETED_SOON,
  });
}

interface Run {
  workflow: string;
  outcome?: string;
  cause?: string;
  report?: Record<string, unknown>;
  [detail: string]: unknown;
}

const runsOf = (workflow: string) =>
  simulation.items('RunsTable').filter((item) => item.item === 'run' && item.workflow === workflow) as unknown as Run[];

/** Lets the evening pass in which AWS Backup restores, and gives the run of the test once it is over. */
async function evening(): Promise<Run | undefined> {
  const isOver = () => runsOf('restore-test').some(({ outcome }) => outcome !== undefined);
  await simulation.account.clock.runUntil(() => isOver() && simulation.isQuiet(), 20 * 3600);
  return runsOf('restore-test')[0];
}

async function untilCompared(): Promise<void> {
  const isAtWork = () => runsOf('efs-to-efs').some(({ commandId }) => commandId !== undefined);
  await simulation.account.clock.runUntil(isAtWork, 6 * 3600);
}

/** Starts a backup of the file system; returns after how many seconds its worker has its work. */
async function secondsUntilBackupWorks(): Promise<number> {
  const { account, region, stack } = simulation;
  const startedAt = account.clock.now;
  const arn = String(stack.resource('EfsToEfsFunction').attributes.Arn);
  await account.clock.runUntil(region.lambda.run(arn, { mode: 'backup', action: 'start' }), 600);
  const isAtWork = () =>
    runsOf('efs-to-efs').some(
      ({ settings, commandId }) => (settings as { action?: string } | undefined)?.action === 'backup' && commandId,
    );
  await account.clock.runUntil(isAtWork, 3 * 3600);
  return (account.clock.now - startedAt) / 1000;
}

const restored = () =>
  simulation.region.efs
    .snapshot()
    .fileSystems.filter(({ CreationToken }) => CreationToken?.includes('restore-test'))
    .map(({ FileSystemId }) => FileSystemId);

describe('A restore test of a file system that the worker backs up', () => {
  it('compares the files, and removes the mount targets before AWS Backup deletes what it restored', async () => {
    await open();

    const run = await evening();

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { Verdict: 'SUCCESSFUL' } });
    expect(JSON.stringify(run?.report?.Checks)).toContain('5000 files compared, 1000 read');
    const [job] = simulation.region.backup.ListRestoreJobs({}).RestoreJobs ?? [];
    expect(job).toMatchObject({ ValidationStatus: 'SUCCESSFUL', DeletionStatus: 'SUCCESSFUL' });
    expect(restored()).toEqual([]);
  });

  it('fails when a share of the files is missing', async () => {
    await open({ damage: { LosesFilesPercent: 20 } });

    const run = await evening();

    expect(run).toMatchObject({ outcome: 'FAILED' });
    expect(run?.cause).toContain('1000 of 5000 files are missing');
  });

  it('is not green when the worker cannot compare', async () => {
    const faults: Fault[] = [
      { call: 'ssm:SendCommand', by: 'EfsToEfsFunction', fault: 'accessDenied', times: 'always' },
    ];
    await open({ faults });

    const run = await evening();

    expect(run).toMatchObject({ outcome: 'FAILED' });
    expect(run?.cause).toContain('files: not compared');
    expect(restored()).toEqual([]);
  });

  it('gives way to a backup, and compares again after it', async () => {
    await open();
    await untilCompared();

    const backup = simulation.region.lambda.run(String(simulation.stack.resource('EfsToEfsFunction').attributes.Arn), {
      mode: 'backup',
      action: 'start',
    });
    await simulation.account.clock.runUntil(backup, 600);
    const run = await evening();

    const others = runsOf('efs-to-efs');
    const actions = others.map(({ settings, outcome }) => [(settings as { action: string }).action, outcome]);
    expect(actions.sort()).toEqual([
      ['backup', 'SUCCEEDED'],
      ['compare', 'SUCCEEDED'],
      ['compare', 'SUCCEEDED'],
    ]);
    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  describe('does not delay a backup', () => {
    let usual: number;
    beforeAll(async () => {
      await open();
      usual = await secondsUntilBackupWorks();
      simulation.close();
    });

    it.each([5, 20, 45])('to which it leaves its instance, when its worker stops within %d s', async (StopSeconds) => {
      await open({ comparison: { StopSeconds } });
      await untilCompared();

      const seconds = await secondsUntilBackupWorks();
      const run = await evening();

      expect(seconds).toBeLessThanOrEqual(usual);
      expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
      expect(runsOf('efs-to-efs').map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    });

    it('to which it leaves the instance that is being launched for it', async () => {
      await open();
      const isBegun = () => runsOf('efs-to-efs').some(({ claimedAt }) => claimedAt !== undefined);
      await simulation.account.clock.runUntil(isBegun, 6 * 3600);

      const seconds = await secondsUntilBackupWorks();
      const run = await evening();

      expect(seconds).toBeLessThanOrEqual(usual);
      expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
    });

    it('by more than the end of its instance takes, when its worker does not stop', async () => {
      await open({ comparison: { StopSeconds: 'never' } });
      await untilCompared();

      const seconds = await secondsUntilBackupWorks();

      expect(seconds).toBeLessThanOrEqual(usual + 6 * 60);
    });
  });

  it('leaves nothing behind on demand', async () => {
    await open({ isScheduled: false });

    const execution = startTest(simulation, ON_DEMAND);
    await simulation.finish(execution);

    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    expect(restored()).toEqual([]);
  });

  it('ends the comparison of a test that is stopped, and removes what it restored', async () => {
    await open({ isScheduled: false });
    const execution = startTest(simulation, ON_DEMAND);
    await untilCompared();

    simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await simulation.finish(execution);

    expect(runsOf('restore-test')).toMatchObject([{ outcome: 'FAILED' }]);
    expect(runsOf('efs-to-efs')).toMatchObject([{ error: 'StoppedByOperator' }]);
    expect(restored()).toEqual([]);
  });
});
