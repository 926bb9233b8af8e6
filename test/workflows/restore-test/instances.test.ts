import { defaultWorld, Simulation } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';

const SOURCE = 'i-0123456789abcdef0';
const SOURCE_ARN = `arn:aws:ec2:eu-west-1:111122223333:instance/${SOURCE}`;
const SCRIPT = {
  SourceS3Path: 'https://s3.eu-west-1.amazonaws.com/scripts/check.sh',
  CommandToRun: 'check.sh',
  TagKey: 'role',
  TagValue: 'web',
};
const PARAMETERS = {
  RestoreTestInstances: 'Yes',
  RestoreTestS3PrefixListId: 'pl-6da54004',
  RestoreTestScriptBucketName: 'scripts',
};
const SCHEDULED = {
  RestoreTestSchedule: 'cron(30 22 20 11 ? 2026)',
  RestoreTestTables: 'No',
  RestoreTestValidationWindowHours: '4',
  RestoreTestVaultArns: 'arn:aws:backup:eu-west-1:111122223333:backup-vault:nightly',
  RestoreTestSettings: JSON.stringify({ ValidationScripts: [SCRIPT] }),
};

let simulation: Simulation;
afterEach(() => simulation?.close());

type Damage = Partial<NonNullable<World['restoreJobs']>[number]>;

async function open(damage: Damage = {}, parameters: Record<string, string> = {}): Promise<void> {
  const usual = defaultWorld('restore-test');
  simulation = await Simulation.open({
    world: {
      ...usual,
      tables: [],
      instances: [{ InstanceId: SOURCE, Tags: { role: 'web', 'backup-job': 'true' }, VolumeIds: ['vol-1', 'vol-2'] }],
      recoveryPoints: [
        {
          RecoveryPointArn: 'arn:aws:ec2:eu-west-1::image/ami-0123456789abcdef0',
          BackupVaultName: 'nightly',
          ResourceArn: SOURCE_ARN,
          ResourceType: 'EC2',
          CreationDate: '2026-11-20T02:00:00Z',
          Tags: { 'restore-test': 'true', 'backup-job': 'true' },
        },
      ],
      restoreJobs: [{ Resource: '*', State: 'COMPLETED', ...damage }],
      parameters: { ...usual.parameters, ...PARAMETERS, ...parameters },
    },
  });
}

/** Lets an evening pass in which AWS Backup restores for a test, and gives its run. */
async function evening(meanwhile: () => void = () => {}) {
  const { clock } = simulation.account;
  meanwhile();
  await clock.runUntil(clock.sleep(9 * 3600), 9 * 3600 + 1);
  const [run] = simulation
    .items('RunsTable')
    .filter(({ item, workflow }) => item === 'run' && workflow === 'restore-test') as {
    outcome: string;
    cause?: string;
    report: Record<string, unknown>;
  }[];
  return run;
}

const others = () =>
  simulation.region.ec2
    .allInstances()
    .filter(({ id, state }) => id !== SOURCE && state !== 'terminated')
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
      ResourceArn: SOURCE_ARN,
      BackupVaultName: 'nightly',
      ValidationScripts: [SCRIPT],
    });
    await simulation.finish(execution);

    expect(others()).toEqual([]);
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    const [instance] = simulation.region.ec2.allInstances().filter(({ id }) => id !== SOURCE);
    expect(instance?.keepsVolumes).toBe(false);
  });

  it('is refused on demand where the stack has no network for it', async () => {
    await open({}, { RestoreTestInstances: 'No' });

    const execution = simulation.start('restore-test', { ResourceArn: SOURCE_ARN, BackupVaultName: 'nightly' });
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
    expect(jobs.map(({ ResourceArn }) => ResourceArn)).toEqual([SOURCE_ARN]);
  });
});
