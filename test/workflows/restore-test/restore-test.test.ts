import { defaultWorld, exampleInput, Simulation, type SimulationOptions } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';
import type { Fault } from '../../../simulator/faults';

const SOURCE = 'ParksAr';
/** Once, half an hour after the world begins, and an hour at the latest after that. */
const SCHEDULED = {
  RestoreTestSchedule: 'cron(30 22 20 11 ? 2026)',
  RestoreTestValidationWindowHours: '2',
  RestoreTestVaultArns: 'arn:aws:backup:eu-west-1:111122223333:backup-vault:nightly',
};

let simulation: Simulation;
afterEach(() => simulation?.close());

interface Changes extends Omit<Partial<SimulationOptions>, 'world'> {
  world?: Partial<World>;
  parameters?: Record<string, string>;
}

async function open({ world, parameters, ...options }: Changes = {}): Promise<void> {
  const usual = defaultWorld('restore-test');
  simulation = await Simulation.open({
    world: { ...usual, ...world, parameters: { ...usual.parameters, ...parameters } },
    ...options,
  });
}

/** A test on demand, with the input of `events/restore-test.json`. */
async function onDemand(input: object = {}) {
  const execution = simulation.start('restore-test', { ...(exampleInput('restore-test') as object), ...input });
  await simulation.finish(execution);
  return simulation.result('restore-test', execution);
}

/** Lets a night pass in which AWS Backup restores for a test, and gives its run. */
async function night(changes: Changes = {}, hours?: number) {
  await open({ ...changes, parameters: { ...SCHEDULED, ...changes.parameters } });
  const { clock } = simulation.account;
  const isOver = () => runs().some(({ outcome }) => outcome !== undefined) && simulation.isQuiet();
  await clock.runUntil(hours === undefined ? isOver : clock.sleep(hours * 3600), (hours ?? 7) * 3600 + 1);
  return runs();
}

function runs() {
  return simulation
    .items('RunsTable')
    .filter(({ item, workflow }) => item === 'run' && workflow === 'restore-test')
    .sort((a, b) => Number(a.startedAt) - Number(b.startedAt)) as {
    outcome: string;
    cause?: string;
    report: Record<string, unknown>;
    restoreJobId: string;
  }[];
}

const tables = () =>
  [...simulation.region.dynamodb.tables.keys()].filter((name) => !name.startsWith('backup-workflows'));
const job = (RestoreJobId: string) => simulation.region.backup.DescribeRestoreJob({ RestoreJobId });
const table = () => {
  const [found] = defaultWorld('restore-test').tables ?? [];
  if (!found) throw new Error('The default world has no table.');
  return found;
};

describe('A restore test on demand', () => {
  it('restores the newest recovery point, finds it good, and leaves nothing behind', async () => {
    await open();

    const { status, output } = await onDemand();

    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ Verdict: 'SUCCESSFUL', ResourceType: 'DynamoDB' });
    const { RecoveryTime, RecoveryPointAge } = output as Record<string, number>;
    expect(RecoveryTime).toBeGreaterThan(20 * 60);
    // The backup of two in the morning, tested at ten in the evening.
    expect(RecoveryPointAge).toBeGreaterThanOrEqual(20 * 3600);
    expect(tables()).toEqual([SOURCE]);
  });

  it('restores the recovery point that the input names, though it is not the newest', async () => {
    const [newest] = defaultWorld('restore-test').recoveryPoints ?? [];
    if (!newest) throw new Error('The default world has no recovery point.');
    const RecoveryPointArn = newest.RecoveryPointArn?.replace(/3$/, '9') ?? '';
    const older = { ...newest, RecoveryPointArn, CreationDate: '2026-11-19T02:00:00Z' };
    await open({ world: { recoveryPoints: [newest, older] } });

    const { status, output } = await onDemand({ RecoveryPointArn });

    expect(status).toBe('SUCCEEDED');
    expect((output as Record<string, number>).RecoveryPointAge).toBeGreaterThanOrEqual(44 * 3600);
  });

  it('shows in a dry run which recovery point it would restore, and restores nothing', async () => {
    await open();

    const { status, output, apiCalls } = await onDemand({ DryRun: true });

    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ DryRun: { WouldRestore: expect.stringContaining('recovery-point') } });
    expect(apiCalls).not.toHaveProperty('backup:StartRestoreJob');
  });

  it('removes what a stopped test restored', async () => {
    await open();
    const execution = simulation.start('restore-test', exampleInput('restore-test'));
    await simulation.account.clock.runUntil(simulation.account.clock.sleep(600), 601);

    simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await simulation.finish(execution);

    expect(tables()).toEqual([SOURCE]);
    expect(runs()).toMatchObject([{ outcome: 'FAILED' }]);
  });

  it('names what a failed restore left, as AWS Backup does not say that it made it', async () => {
    await open({ world: { restoreJobs: [{ Resource: '*', State: 'FAILED', StatusMessage: 'No capacity.' }] } });

    const { status, cause } = await onDemand();

    expect(status).toBe('FAILED');
    expect(cause).toContain('No capacity.');
    expect(cause).toContain('Still there: arn:aws:dynamodb:eu-west-1:111122223333:table/awsbackup-restore-test-');
    expect(tables()).toHaveLength(2);
  });

  it('refuses a source without a backup, and names every other problem with it', async () => {
    await open();

    const { status, cause } = await onDemand({ ResourceArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Other' });

    expect(status).toBe('FAILED');
    expect(cause).toContain('the vault nightly has no completed backup of it');
  });

  it('lets one test of a source run at a time', async () => {
    await open();
    const first = simulation.start('restore-test', exampleInput('restore-test'), 'first');
    await simulation.account.clock.runUntil(simulation.account.clock.sleep(60), 61);
    const second = simulation.start('restore-test', exampleInput('restore-test'), 'second');

    await simulation.finish(first);
    await simulation.finish(second);

    expect(first.status).toBe('SUCCEEDED');
    expect(second).toMatchObject({ status: 'FAILED', error: 'TargetBusyError' });
  });
});

describe('A restore test of AWS Backup', () => {
  it('is validated within its window, and AWS Backup removes what it restored', async () => {
    const [run, ...others] = await night();

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { Verdict: 'SUCCESSFUL' } });
    expect(others).toEqual([]);
    expect(job(run?.restoreJobId ?? '')).toMatchObject({
      ValidationStatus: 'SUCCESSFUL',
      DeletionStatus: 'SUCCESSFUL',
    });
    expect(tables()).toEqual([SOURCE]);
  });

  it.each([
    ['a lost index', { LosesIndexes: ['ByRegion'] }, {}, 'ByRegion is missing'],
    ['lost items of a frozen table', { LosesItemsPercent: 20 }, { 'restore-test-frozen': 'true' }, '1 missing'],
    ['changed items of a frozen table', { ChangesItemsPercent: 20 }, { 'restore-test-frozen': 'true' }, '1 different'],
    ['no items at all', { LosesItemsPercent: 100 }, {}, '0 items'],
  ])('fails for %s', async (_name, damage, tags: Record<string, string>, reason) => {
    const source = { ...table(), Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    const restoreJobs = [{ Resource: '*', State: 'COMPLETED' as const, ...damage }];

    const [run] = await night({ world: { tables: [source], restoreJobs } });

    expect(run).toMatchObject({ outcome: 'FAILED' });
    expect(run?.cause).toContain(reason);
    expect(job(run?.restoreJobId ?? '')).toMatchObject({ ValidationStatus: 'FAILED' });
  });

  it('counts changed items of a live table, and fails only above the percentage that is given', async () => {
    const world = { restoreJobs: [{ Resource: '*', State: 'COMPLETED' as const, ChangesItemsPercent: 20 }] };

    const [told] = await night({ world });
    simulation.close();
    const [failed] = await night({ world, parameters: { RestoreTestSettings: '{"MaxChangedPercent":10}' } });

    expect(told).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(JSON.stringify(told?.report.Checks)).toContain('1 different');
    expect(failed).toMatchObject({ outcome: 'FAILED' });
  });

  it('fails when a query of the operator finds another number of items', async () => {
    const query = {
      TableName: SOURCE,
      IndexName: 'ByRegion',
      KeyConditionExpression: '#r = :r',
      ExpressionAttributeNames: { '#r': 'region' },
      ExpressionAttributeValues: { ':r': { S: 'Fraser' } },
    };
    const settings = (ExpectedCount: number) => JSON.stringify({ Queries: [{ ...query, ExpectedCount }] });

    const [good] = await night({ parameters: { RestoreTestSettings: settings(2) } });
    simulation.close();
    const [bad] = await night({ parameters: { RestoreTestSettings: settings(3) } });

    expect(good).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(bad?.cause).toContain('2 items, expected 3');
  });

  it('fails with settings that cannot be read', async () => {
    const [run] = await night({ parameters: { RestoreTestSettings: '{"MaxChanged":10}' } });

    expect(run?.cause).toContain('RestoreTestSettings');
    expect(job(run?.restoreJobId ?? '').ValidationStatus).toBe('FAILED');
  });

  it.each(['stay', 'deleted'] as const)(
    'fails when the restore failed for its role, and says so; leftovers: %s',
    async (behaviour) => {
      const restoreJobs = [
        { Resource: '*', State: 'FAILED' as const, StatusMessage: 'Not authorized.', LeavesTable: false },
      ];

      const [run] = await night({ world: { restoreJobs }, doubts: { 'backup.failedTestLeftovers': behaviour } });

      expect(run).toMatchObject({ outcome: 'FAILED' });
      expect(run?.cause).toContain('Not authorized.');
      expect(tables()).toEqual([SOURCE]);
      expect(simulation.account.doubts.met).toHaveProperty(['backup.failedTestLeftovers'], behaviour);
    },
  );

  it.each(['refused', 'replaced'] as const)(
    'stays good when the answer to its result is lost and the result is put again, which AWS Backup %s',
    async (behaviour) => {
      const faults = [{ call: 'backup:PutRestoreValidationResult', fault: 'timeoutAfterSuccess' } as const];

      const [run] = await night({ faults, doubts: { 'backup.secondValidation': behaviour } });

      expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
      expect(job(run?.restoreJobId ?? '').ValidationStatus).toBe('SUCCESSFUL');
      expect(simulation.account.doubts.met).toHaveProperty(['backup.secondValidation'], behaviour);
    },
  );

  it('names what AWS Backup could not delete', async () => {
    const restoreJobs = [{ Resource: '*', State: 'COMPLETED' as const, DeletionFails: 'The tag is missing.' }];

    const [run] = await night({ world: { restoreJobs } });

    expect(run).toMatchObject({ outcome: 'FAILED' });
    expect(run?.cause).toContain('The tag is missing.');
    expect(run?.report.LeftBehind).toContain('table/awsbackup-restore-test-');
  });

  it('is found without its event, and validated once with three', async () => {
    const lost = await night({ faults: [{ event: 'Restore Job State Change', fault: 'lose', times: 'always' }] });
    simulation.close();
    const repeated = await night({
      faults: [{ event: 'Restore Job State Change', fault: 'repeat', times: 'always' }],
    });

    expect(lost[0]).toMatchObject({ outcome: 'SUCCEEDED' });
    const jobs = repeated.map(({ restoreJobId }) => restoreJobId);
    expect(new Set(jobs).size).toBe(jobs.length);
  });

  it.each(['refused', 'accepted'] as const)(
    'is not green when its result comes after the window, and AWS Backup gets no other verdict (a late one is %s)',
    async (behaviour) => {
      // For four hours nobody hears of a job that has ended.
      const faults: Fault[] = [
        { event: 'Restore Job State Change', fault: 'lose', times: 'always' },
        { call: 'backup:ListRestoreJobs', by: 'StartRestoreTestsFunction', fault: 'accessDenied', times: 12 },
      ];

      const [run] = await night({
        parameters: { RestoreTestValidationWindowHours: '1' },
        doubts: { 'backup.lateValidation': behaviour },
        faults,
      });

      expect(run).toMatchObject({ outcome: 'FAILED' });
      expect(run?.cause).toContain('Not in time');
      expect(job(run?.restoreJobId ?? '').ValidationStatus).toBe(behaviour === 'refused' ? 'TIMED_OUT' : 'FAILED');
      expect(simulation.account.doubts.met).toHaveProperty(['backup.lateValidation'], behaviour);
    },
  );

  it.each(['whenWindowEnds', 'onceValidated'] as const)('ends well when AWS Backup deletes %s', async (behaviour) => {
    const [run] = await night({ doubts: { 'backup.testDeletion': behaviour } });

    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(tables()).toEqual([SOURCE]);
  });

  it('makes nothing where no schedule is given', async () => {
    await open();

    const { backup } = simulation.region;
    expect(backup.ListRestoreTestingPlans({}).RestoreTestingPlans).toEqual([]);
  });
});

const FILE_SYSTEM = 'fs-0123456789abcdef0';
const FILE_SYSTEM_ARN = `arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/${FILE_SYSTEM}`;
const withFileSystem = {
  fileSystems: [{ FileSystemId: FILE_SYSTEM, Encrypted: true, SizeInBytes: 5_000_000_000, Tags: { rpo: '1h' } }],
  recoveryPoints: [
    {
      RecoveryPointArn: 'arn:aws:backup:eu-west-1:111122223333:recovery-point:0a1b2c3d-0000-4000-8000-000000000004',
      BackupVaultName: 'nightly',
      ResourceArn: FILE_SYSTEM_ARN,
      ResourceType: 'EFS',
      CreationDate: '2026-11-20T02:00:00Z',
      BackupSizeInBytes: 5_000_000_000,
      Tags: { 'restore-test': 'true' },
    },
  ],
};
const fileSystems = () => simulation.region.efs.snapshot().fileSystems.map(({ FileSystemId }) => FileSystemId);

describe('A restore test of a file system', () => {
  const ofFileSystems = {
    RestoreTestTables: 'No',
    RestoreTestFileSystems: 'Yes',
    RestoreTestValidationWindowHours: '5',
  };

  it('compares what AWS tells, says that no file was read, and warns of a backup that is too old', async () => {
    const [run] = await night({ world: withFileSystem, parameters: ofFileSystems });

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { ResourceType: 'EFS', Verdict: 'SUCCESSFUL' } });
    expect(JSON.stringify(run?.report.Checks)).toContain('files: none was read');
    expect(run?.report.Warning).toContain('the tag rpo wants 3600 seconds');
    expect(fileSystems()).toEqual([FILE_SYSTEM]);
  });

  it.each(['lags', 'whole'] as const)(
    'fails when a share of the files is missing, once EFS is sure of the size (its first metering: %s)',
    async (metering) => {
      const restoreJobs = [{ Resource: '*', State: 'COMPLETED' as const, LosesFilesPercent: 20 }];

      const [run] = await night({
        world: { ...withFileSystem, restoreJobs },
        parameters: ofFileSystems,
        doubts: { 'efs.metering': metering },
      });

      expect(run).toMatchObject({ outcome: 'FAILED' });
      expect(run?.cause).toContain('size: 4000006144 bytes metered, 5000000000 in the backup');
    },
  );

  it('takes no size for the verdict of which EFS is not sure when the window ends, and is not green', async () => {
    const parameters = { ...ofFileSystems, RestoreTestValidationWindowHours: '2' };

    const [run] = await night({ world: withFileSystem, parameters });

    expect(run).toMatchObject({ outcome: 'FAILED' });
    expect(run?.cause).toContain(`EFS has not metered all of fs-`);
    expect(run?.cause).not.toContain('size:');
  });

  it('leaves nothing behind on demand', async () => {
    await open({ world: withFileSystem });

    const { status } = await onDemand({ ResourceArn: FILE_SYSTEM_ARN });

    expect(status).toBe('SUCCEEDED');
    expect(fileSystems()).toEqual([FILE_SYSTEM]);
  });
});

describe('The review of restore tests', () => {
  const reviews = () =>
    simulation.account.logs
      .filter(({ logicalId }) => logicalId === 'ReviewRestoreTestsFunction')
      .map(({ line }) => JSON.parse(line) as { message: string; overdue: number; resources: string[] })
      .filter(({ message }) => message === 'Reviewed restore tests');

  it('names a resource that has had no good test for too long, and none before', async () => {
    const restoreJobs = [{ Resource: '*', State: 'COMPLETED' as const, LosesIndexes: ['ByRegion'] }];
    await night({ world: { restoreJobs }, parameters: { RestoreTestMaximumAgeDays: '1' } }, 30);

    expect(reviews()[0]).toMatchObject({ overdue: 0 });
    expect(reviews().at(-1)).toMatchObject({
      overdue: 1,
      resources: ['arn:aws:dynamodb:eu-west-1:111122223333:table/ParksAr'],
    });
  });

  it('names a plan that tests nothing', async () => {
    await night({ parameters: { RestoreTestTables: 'No', RestoreTestMaximumAgeDays: '1' } }, 30);

    expect(reviews().at(-1)).toMatchObject({ overdue: 1, resources: ['no resource was tested'] });
  });
});
