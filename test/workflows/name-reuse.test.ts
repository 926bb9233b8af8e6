import { notOwnWork } from '../../scenarios/own-work';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import type { Execution } from '../../simulator/asl/execution';

const DAY_SECONDS = 86_400;
/** Step Functions keeps a closed execution, and its name, for 90 days. */
const NAME_FREE_AFTER_DAYS = 91;

/** The workflows and the call that does their work. */
const WORKFLOWS: [workflow: string, call: string][] = [
  ['pre-post-backup', 'backup:StartBackupJob'],
  ['efs-backup', 'backup:StartBackupJob'],
  ['efs-copy-restore', 'backup:StartRestoreJob'],
  ['dynamodb-table-operation', 'dynamodb:CreateBackup'],
  ['dynamodb-swap-restore', 'dynamodb:DeleteTable'],
];

let simulation: Simulation | undefined;

afterEach(() => {
  simulation?.close();
  simulation = undefined;
});

/** The example; a point in time is half an hour ago, for a year-old one is out of reach. */
function inputOf(account: Simulation, workflow: string): unknown {
  const input = exampleInput(workflow) as { Source?: { RestoreDateTime?: string } };
  if (!input.Source?.RestoreDateTime) return input;
  const halfAnHourAgo = new Date(account.account.clock.now - 1800_000).toISOString().replace(/\.\d+Z$/, 'Z');
  return { ...input, Source: { ...input.Source, RestoreDateTime: halfAnHourAgo } };
}

async function run(account: Simulation, workflow: string): Promise<Execution> {
  const execution = account.start(workflow, inputOf(account, workflow), 'nightly-11-20');
  await account.finish(execution);
  return execution;
}

/** Lets time pass without the schedules, whose 130,000 looks at nothing would only take time. */
async function passDays(account: Simulation, days: number): Promise<void> {
  const { events } = account.region;
  const scheduled = (events.ListRules({}).Rules ?? []).filter(
    ({ ScheduleExpression, State }) => ScheduleExpression && State === 'ENABLED',
  );
  for (const { Name } of scheduled) events.DisableRule({ Name });
  const seconds = days * DAY_SECONDS;
  await account.account.clock.runUntil(account.account.clock.sleep(seconds), seconds + 1);
  for (const { Name } of scheduled) events.EnableRule({ Name });
}

function records(account: Simulation) {
  return account.items('RunsTable').filter(({ item }) => item === 'run');
}

describe('An execution whose name was used 91 days ago', () => {
  it.each(WORKFLOWS)('of %s does its own work (%s) before it ends SUCCEEDED', async (workflow, call) => {
    // Prepare
    simulation = await Simulation.open({ world: defaultWorld(workflow), seed: 1 });
    const first = await run(simulation, workflow);
    expect(first.status).toBe('SUCCEEDED');
    const firstRecord = simulation.runRecord(first);
    const done = simulation.account.endpoint.callCounts()[call] ?? 0;
    await passDays(simulation, NAME_FREE_AFTER_DAYS);

    // Act
    const second = await run(simulation, workflow);

    // Assess
    const doneBySecond = (simulation.account.endpoint.callCounts()[call] ?? 0) - done;
    expect([second.status, doneBySecond]).toEqual(['SUCCEEDED', done]);
    expect(second.arn).toBe(first.arn);
    expect(records(simulation)).toHaveLength(2);
    expect(simulation.runRecord(first)).toEqual(firstRecord);
    expect(simulation.runRecord(second)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(simulation.runRecord(second)?.open).toBeUndefined();
    expect(notOwnWork(simulation, second)).toEqual([]);
  });

  it('ends FAILED and is notified when its preflight fails', async () => {
    // Prepare
    simulation = await Simulation.open({ world: defaultWorld('efs-backup'), seed: 1 });
    const first = await run(simulation, 'efs-backup');
    await passDays(simulation, NAME_FREE_AFTER_DAYS);
    const { FileSystemID } = exampleInput('efs-backup') as { FileSystemID: string };
    const { MountTargets = [] } = simulation.region.efs.DescribeMountTargets({ FileSystemId: FileSystemID });
    for (const { MountTargetId } of MountTargets) simulation.region.efs.DeleteMountTarget({ MountTargetId });
    await simulation.account.clock.runUntil(simulation.account.clock.sleep(300), 301);
    simulation.region.efs.DeleteFileSystem({ FileSystemId: FileSystemID });
    const told = simulation.region.sns.published.length;

    // Act
    const second = await run(simulation, 'efs-backup');

    // Assess
    expect([first.status, second.status]).toEqual(['SUCCEEDED', 'FAILED']);
    expect(simulation.region.sns.published.slice(told).map(({ subject }) => subject)).toEqual([
      'FAILED: efs-backup nightly-11-20',
    ]);
  });

  it('that is stopped before it has a record is closed and notified as a run of its own', async () => {
    // Prepare
    simulation = await Simulation.open({ world: defaultWorld('efs-backup'), seed: 1 });
    await run(simulation, 'efs-backup');
    await passDays(simulation, NAME_FREE_AFTER_DAYS);

    // Act
    const second = simulation.start('efs-backup', exampleInput('efs-backup'), 'nightly-11-20');
    simulation.region.stepFunctions.StopExecution({ executionArn: second.arn });
    await simulation.account.clock.runUntil(simulation.account.clock.sleep(900), 901);
    await simulation.finish(second);

    // Assess
    expect(simulation.runRecord(second)).toMatchObject({ outcome: 'FAILED' });
    expect(simulation.region.sns.published.at(-1)?.subject).toBe('FAILED: efs-backup nightly-11-20');
  });
});
