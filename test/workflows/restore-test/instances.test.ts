import {
  type Damage,
  INSTANCE,
  INSTANCE_ARN,
  scheduleOf,
  VALIDATION_SCRIPT,
  worldOf,
} from '../../../scenarios/restore-test/tests';
import { Simulation } from '../../../scenarios/simulation';
import type { Fault } from '../../../simulator/faults';

const SCHEDULED = scheduleOf('an instance');

let simulation: Simulation;
jest.setTimeout(180_000);
afterEach(() => simulation?.close());

async function open(damage: Damage = {}, parameters: Record<string, string> = {}, faults: Fault[] = []): Promise<void> {
  const world = worldOf('an instance', damage);
  simulation = await Simulation.open({
    faults,
    world: { ...world, parameters: { ...world.parameters, ...parameters } },
  });
}

const runs = () =>
  simulation.items('RunsTable').filter(({ item, workflow }) => item === 'run' && workflow === 'restore-test') as {
    outcome?: string;
    cause?: string;
    report: Record<string, unknown>;
  }[];

/** Lets an evening pass in which AWS Backup restores for a test, and gives its run. */
async function evening(meanwhile: () => void = () => {}) {
  const { clock } = simulation.account;
  meanwhile();
  const isOver = () => runs().some(({ outcome }) => outcome !== undefined);
  await clock.runUntil(() => isOver() && simulation.isQuiet(), 12 * 3600);
  return runs()[0];
}

const others = () =>
  simulation.region.ec2
    .allInstances()
    .filter(({ id, state }) => id !== INSTANCE && !['shutting-down', 'terminated'].includes(state))
    .map(({ id }) => id);
const commands = () => simulation.region.ssm.ListCommands({}).Commands ?? [];

describe('A restore test of an instance', () => {
  it('boots it in isolation, reaches it by the profile of tests, runs the script, and leaves nothing', async () => {
    await open({}, SCHEDULED);

    const run = await evening();

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { ResourceType: 'EC2', Verdict: 'SUCCESSFUL' } });
    expect(JSON.stringify(run?.report.Checks)).toContain('script: ended with 0');
    expect(others()).toEqual([]);
  });

  it('is not good where the checks of the stack cannot be read, as a script may be among them', async () => {
    await open({}, { ...SCHEDULED, RestoreTestSettings: '{"ValidationScript":[]}' });

    const run = await evening();

    expect(run?.outcome).toBe('FAILED');
    expect(run?.cause).toContain('RestoreTestSettings');
  });

  it('says that no data was looked at without a script', async () => {
    await open({}, { ...SCHEDULED, RestoreTestSettings: '{}' });

    const run = await evening();

    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(JSON.stringify(run?.report.Checks)).toContain('no data was looked at');
  });

  it.each<[string, Damage, string]>([
    [
      'the script says no',
      { Scripts: [{ Contains: 'check.sh', Status: 'Failed', ExitCode: 3, Output: 'rows missing' }] },
      'exit code 3',
    ],
    ['a volume is missing', { LosesVolume: true }, '8 GiB instead of 8 + 8'],
    ['it never boots', { NeverBoots: true }, 'impaired'],
  ])('fails when %s', async (_name, damage, reason) => {
    await open(damage, SCHEDULED);

    const run = await evening();

    expect(run).toMatchObject({ outcome: 'FAILED' });
    expect(run?.cause).toContain(reason);
    expect(others()).toEqual([]);
  });

  it.each<[string, () => void]>([
    [
      'a route leads out',
      () => {
        for (const table of simulation.region.ec2.network.isolation.routeTables.values())
          table.routes.push({ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1', State: 'active' });
      },
    ],
    [
      'a rule lets everything out',
      () => {
        const { egress } = simulation.region.ec2.network.isolation;
        for (const [id, rules] of egress)
          egress.set(id, [...rules, { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]);
      },
    ],
    [
      'an endpoint lets everything through',
      () => {
        for (const endpoint of simulation.region.ec2.network.isolation.endpoints.values())
          endpoint.policy = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';
      },
    ],
  ])('runs nothing on it when %s', async (_name, openDoor) => {
    await open({}, SCHEDULED);

    const run = await evening(openDoor);

    expect(run).toMatchObject({ outcome: 'FAILED' });
    expect(run?.cause).toContain('not isolated');
    expect(commands()).toEqual([]);
  });

  it('terminates on demand what it launched with the profile of tests', async () => {
    await open();

    const execution = simulation.start('restore-test', {
      ResourceArn: INSTANCE_ARN,
      BackupVaultName: 'nightly',
      ValidationScripts: [VALIDATION_SCRIPT],
    });
    await simulation.finish(execution);

    expect(others()).toEqual([]);
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    const [instance] = simulation.region.ec2.allInstances().filter(({ id }) => id !== INSTANCE);
    expect(instance?.keepsVolumes).toBe(false);
  });

  const LOST_ANSWER: Fault = { call: 'backup:StartRestoreJob', fault: 'timeoutAfterSuccess', times: 'always' };

  /** A test on demand that is stopped before it knows its restore job. */
  async function stopped(faults: Fault[]): Promise<string> {
    await open({}, {}, faults);
    const execution = simulation.start('restore-test', { ResourceArn: INSTANCE_ARN, BackupVaultName: 'nightly' });
    const { clock } = simulation.account;
    await clock.runUntil(clock.sleep(300), 301);
    simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await simulation.finish(execution);
    return simulation.region.sns.published.map(({ message }) => message).join('\n');
  }

  it('terminates what a restore job launched of which it was never told', async () => {
    await stopped([LOST_ANSWER]);

    expect(simulation.region.ec2.allInstances()).toHaveLength(2);
    expect(others()).toEqual([]);
  });

  it('says that it does not know whether there is an instance when it cannot look for the job', async () => {
    const told = await stopped([
      LOST_ANSWER,
      { call: 'backup:ListRestoreJobs', by: 'EndTestRestoreFunction', fault: 'accessDenied', times: 'always' },
    ]);

    expect(told).toContain('STILL THERE: an instance from the recovery point arn:aws:ec2:eu-west-1::image/ami-');
    expect(told).toContain('it is not known whether AWS Backup began a restore');
  });

  it('is refused on demand where the stack has no network for it', async () => {
    await open({}, { RestoreTestInstances: 'No' });

    const execution = simulation.start('restore-test', { ResourceArn: INSTANCE_ARN, BackupVaultName: 'nightly' });
    await simulation.finish(execution);

    expect(execution.cause).toContain('RestoreTestInstances');
  });
});

describe('The nightly run beside a test', () => {
  it('does not back up what was restored, whose tags are those of the source', async () => {
    await open({}, SCHEDULED);
    const { clock } = simulation.account;
    await clock.runUntil(() => others().length > 0, 6 * 3600);

    const execution = simulation.start('pre-post-backup', {
      TargetEC2TagKey: 'backup-job',
      TargetEC2TagValue: 'true',
      BackupDetails: {
        BackupVaultName: 'nightly',
        IamRoleArn: String(simulation.stack.resource('BackupJobExecutionRole').attributes.Arn),
      },
    });
    await simulation.finish(execution);

    const jobs = simulation.region.backup.ListBackupJobs({}).BackupJobs ?? [];
    expect(jobs.map(({ ResourceArn }) => ResourceArn)).toEqual([INSTANCE_ARN]);
  });
});
