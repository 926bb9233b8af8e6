import { defaultWorld, exampleInput, Simulation } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';
import type { Fault } from '../../../simulator/faults';

const SOURCE = 'fs-0123456789abcdef0';
const SOURCE_ARN = `arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/${SOURCE}`;
const SCHEDULED = {
  RestoreTestSchedule: 'cron(5 22 20 11 ? 2026)',
  RestoreTestTables: 'No',
  RestoreTestFileSystems: 'Yes',
  RestoreTestValidationWindowHours: '4',
  RestoreTestVaultArns: 'arn:aws:backup:eu-west-1:111122223333:backup-vault:nightly',
};

/** Most of a test is waiting for the end of the window otherwise. */
const DELETED_SOON = { 'backup.testDeletion': 'onceValidated' };

let simulation: Simulation;
afterEach(() => simulation?.close());

interface Changes {
  damage?: object;
  parameters?: Record<string, string>;
  faults?: Fault[];
}

/** The account of both workflows: the worker backs up the file system of which AWS Backup has a recovery point. */
async function open({ damage = {}, parameters = {}, faults = [] }: Changes = {}): Promise<void> {
  const [tests, copies] = [defaultWorld('restore-test'), defaultWorld('efs-to-efs')];
  const world: World = {
    ...copies,
    ...tests,
    tables: [],
    works: [{ Action: 'compare', Seconds: 1800, Files: 5000, Times: 'always' }],
    recoveryPoints: [
      {
        RecoveryPointArn: 'arn:aws:backup:eu-west-1:111122223333:recovery-point:0a1b2c3d-0000-4000-8000-000000000004',
        BackupVaultName: 'nightly',
        ResourceArn: SOURCE_ARN,
        ResourceType: 'EFS',
        CreationDate: '2026-11-20T02:00:00Z',
        BackupSizeInBytes: 5_000_000_000,
        Tags: { 'restore-test': 'true' },
      },
    ],
    restoreJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 600, ...damage }],
    parameters: { ...copies.parameters, ...tests.parameters, ...parameters },
  };
  simulation = await Simulation.open({
    world: { ...world, fileSystems: copies.fileSystems },
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

const restored = () =>
  simulation.region.efs
    .snapshot()
    .fileSystems.filter(({ CreationToken }) => CreationToken?.includes('restore-test'))
    .map(({ FileSystemId }) => FileSystemId);

describe('A restore test of a file system that the worker backs up', () => {
  it('compares the files, and removes the mount targets before AWS Backup deletes what it restored', async () => {
    await open({ parameters: SCHEDULED });

    const run = await evening();

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { Verdict: 'SUCCESSFUL' } });
    expect(JSON.stringify(run?.report?.Checks)).toContain('5000 files compared, 1000 read');
    const [job] = simulation.region.backup.ListRestoreJobs({}).RestoreJobs ?? [];
    expect(job).toMatchObject({ ValidationStatus: 'SUCCESSFUL', DeletionStatus: 'SUCCESSFUL' });
    expect(restored()).toEqual([]);
  });

  it('fails when a share of the files is missing', async () => {
    await open({ parameters: SCHEDULED, damage: { LosesFilesPercent: 20 } });

    const run = await evening();

    expect(run).toMatchObject({ outcome: 'FAILED' });
    expect(run?.cause).toContain('1000 of 5000 files are missing');
  });

  it('is not green when the worker cannot compare', async () => {
    const faults: Fault[] = [
      { call: 'ssm:SendCommand', by: 'EfsToEfsFunction', fault: 'accessDenied', times: 'always' },
    ];
    await open({ parameters: SCHEDULED, faults });

    const run = await evening();

    expect(run).toMatchObject({ outcome: 'FAILED' });
    expect(run?.cause).toContain('files: not compared');
    expect(restored()).toEqual([]);
  });

  it('gives way to a backup, and compares again after it', async () => {
    await open({ parameters: SCHEDULED });
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

  it('leaves nothing behind on demand', async () => {
    await open();

    const execution = simulation.start('restore-test', {
      ...(exampleInput('restore-test') as object),
      ResourceArn: SOURCE_ARN,
    });
    await simulation.finish(execution);

    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    expect(restored()).toEqual([]);
  });

  it('ends the comparison of a test that is stopped, and removes what it restored', async () => {
    await open();
    const execution = simulation.start('restore-test', {
      ...(exampleInput('restore-test') as object),
      ResourceArn: SOURCE_ARN,
    });
    await untilCompared();

    simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await simulation.finish(execution);

    expect(runsOf('restore-test')).toMatchObject([{ outcome: 'FAILED' }]);
    expect(runsOf('efs-to-efs')).toMatchObject([{ error: 'StoppedByOperator' }]);
    expect(restored()).toEqual([]);
  });
});
