import { join } from 'node:path';
import { packaging } from '../../scenarios/packaging';
import { fleetOf, inputWithoutScripts } from '../../scenarios/pre-post-backup/fleets';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import { Account } from '../../simulator/account';
import { deployTemplate } from '../../simulator/cloudformation';
import { loadWorld } from '../../simulator/world';
import { PRICE_TABLE } from './prices';
import { ratio, type Table } from './table';
import { dollars, type Usage, usageOf } from './usage';

const HOUR = 3600;
const DAY = 24 * HOUR;
const POLLING_TEMPLATE = join(__dirname, 'polling', 'template.yaml');

interface Waited {
  usage: Usage;
  status: string;
  seconds: number;
}

/** With what simulating it took of this machine's processor. */
interface Timed extends Waited {
  cpuMilliseconds: number;
}

/** What it takes to wait for a backup job of so many hours, against a state machine that polls every 10 seconds. */
export async function benchWaits({ hours = [1, 8, 7 * 24], fileSystemHours = 6 * 24 } = {}): Promise<Table[]> {
  const rows: Table['rows'] = [];
  // Compiles the handlers and lets the engine optimise, so that the first row is not about that.
  await waitAsWeDo(HOUR);
  for (const length of hours) {
    const ours = await timed(() => waitAsWeDo(length * HOUR));
    const polling = await timed(() => waitByPolling(length * HOUR));
    const name = length < 24 ? `${length} h` : `${length / 24} days`;
    rows.push(row(`${name}, this suite`, ours), row(`${name}, polling`, polling));
    rows.push([
      `${name}, polling / suite`,
      'per hour',
      ...perHour(polling).map((rate, index) => ratio(rate, perHour(ours)[index] ?? 0)),
    ]);
  }
  rows.push(
    row(`${fileSystemHours / 24} days, efs-backup`, await timed(() => waitForFileSystem(fileSystemHours * HOUR))),
  );
  return [
    {
      title: 'Waiting for one backup job',
      columns: [
        'job',
        'ended',
        'transitions',
        'history events',
        'Lambda invocations',
        'AWS calls',
        'dollars',
        'to simulate an hour (CPU ms)',
      ],
      rows,
      notes: [
        'Suite: the whole EC2 workflow for one instance without scripts and stop, all its executions and the reconciler.',
        'Polling: Wait 10 s, describe the job in a Lambda, Choice; it dies at 25,000 history events, so the ratios are per hour waited.',
        'The reconciler comes every five minutes anyway, and for all waits at once: most of the calls of a long job are its.',
        'DynamoDB: every write counts three units (the item and its index entry, old and new).',
      ],
    },
    PRICE_TABLE,
  ];
}

function row(name: string, waited: Timed): Table['rows'][number] {
  const { usage, status, seconds, cpuMilliseconds } = waited;
  const ended = `${status} ${(seconds / HOUR).toFixed(1)} h`;
  return [name, ended, ...figures(usage), Math.round((cpuMilliseconds / seconds) * HOUR)];
}

async function timed(wait: () => Promise<Waited>): Promise<Timed> {
  const before = process.cpuUsage();
  const waited = await wait();
  const { user, system } = process.cpuUsage(before);
  return { ...waited, cpuMilliseconds: (user + system) / 1000 };
}

/** Polling that died has waited for a part of the job only, so rates are compared. */
function perHour({ usage, seconds, cpuMilliseconds }: Timed): number[] {
  return [...figures(usage), cpuMilliseconds].map((figure) => (figure / seconds) * HOUR);
}

function figures(usage: Usage): number[] {
  return [usage.transitions, usage.historyEvents, usage.invocations, usage.awsCalls, dollars(usage)];
}

async function waitAsWeDo(seconds: number): Promise<Waited> {
  const simulation = await Simulation.open({ world: fleetOf(1, seconds) });
  try {
    const { BackupDetails, ...input } = inputWithoutScripts({ StartStopEC2Required: false });
    // AWS Backup itself ends a job after seven days unless the request says otherwise.
    const windows = { StartWindowMinutes: 60, CompleteWindowMinutes: Math.ceil((seconds + DAY) / 60) };
    const execution = simulation.start('pre-post-backup', {
      ...input,
      BackupDetails: { ...(BackupDetails as object), ...windows },
    });
    await simulation.finish(execution);
    const { status, durationSeconds } = simulation.result('pre-post-backup', execution);
    return { usage: usageOf(simulation.account), status, seconds: durationSeconds };
  } finally {
    simulation.close();
  }
}

async function waitForFileSystem(seconds: number): Promise<Waited> {
  const backupJobs = [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: seconds }];
  const simulation = await Simulation.open({ world: { ...defaultWorld('efs-backup'), backupJobs } });
  try {
    const execution = simulation.start('efs-backup', exampleInput('efs-backup'));
    await simulation.finish(execution);
    const { status, durationSeconds } = simulation.result('efs-backup', execution);
    return { usage: usageOf(simulation.account), status, seconds: durationSeconds };
  } finally {
    simulation.close();
  }
}

async function waitByPolling(seconds: number): Promise<Waited> {
  const world = fleetOf(1, seconds);
  const account = new Account({
    startAt: world.startAt,
    region: world.region,
    accountId: world.accountId,
    packaging: packaging(),
  });
  try {
    loadWorld(account, world);
    const region = account.region();
    const stack = await account.clock.runUntil(
      deployTemplate(region, { templatePath: POLLING_TEMPLATE, stackName: 'polling' }),
      DAY,
    );
    const { BackupDetails } = inputWithoutScripts({});
    const { BackupVaultName, IamRoleArn } = BackupDetails as { BackupVaultName: string; IamRoleArn: string };
    const { BackupJobId } = region.backup.StartBackupJob({
      BackupVaultName,
      IamRoleArn,
      ResourceArn: region.arn('ec2', `instance/${world.instances?.[0]?.InstanceId}`),
      CompleteWindowMinutes: Math.ceil((seconds + DAY) / 60),
    });
    const { executionArn } = region.stepFunctions.StartExecution({
      stateMachineArn: stack.resource('PollingStateMachine').physicalId,
      input: JSON.stringify({ jobId: BackupJobId }),
    });
    const execution = region.stepFunctions.executions.get(executionArn);
    if (!execution) throw new Error('The polling state machine did not start.');
    await account.clock.runUntil(execution.done, 30 * DAY);
    const end = execution.stopDate ?? account.clock.date;
    return {
      usage: usageOf(account),
      status: execution.status,
      seconds: (end.getTime() - execution.startDate.getTime()) / 1000,
    };
  } finally {
    account.close();
  }
}
