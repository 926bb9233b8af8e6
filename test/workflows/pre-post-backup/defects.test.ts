import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statementsOf } from '../../../scenarios/policy-statements';
import {
  alike,
  BACKUP,
  closeFleet,
  EVERYTHING,
  Fleet,
  inputByIds,
  inputByTag,
  instanceId,
  instances,
  POST,
  PRE,
  script,
} from '../../../scenarios/pre-post-backup/fleet';
import { deployTemplate, prepareTemplate } from '../../../simulator/cloudformation';
import { loadTemplate } from '../../../simulator/cloudformation/load-template';

const ROOT = join(__dirname, '../../..');
const TEMPLATE = join(ROOT, 'template.yaml');
const SCRIPTS = { RemoteRunCommandDetails: { ...PRE, ...POST } };
const one = instanceId(1);
const two = instanceId(2);

afterEach(closeFleet);

describe('What the predecessor got wrong', () => {
  it('an aborted job ends the run, as a failure (S1-D01)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1), backupJobs: [{ Resource: '*', State: 'ABORTED' }] });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(run.seconds).toBeLessThan(1800);
    expect(run.line(one)).toMatchObject({ BackupJobStatus: 'ABORTED', StartEc2InstanceStatus: 'running' });
  });

  it.each(['FAILED', 'EXPIRED', 'PARTIAL'] as const)('a job that is %s is no backup (S1-D02)', async (State) => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1), backupJobs: [{ Resource: '*', State }] });

    // Act
    const run = await fleet.run(inputByTag({ BackupDetails: { ...BACKUP, StartWindowMinutes: 60 } }));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(run.line(one)).toMatchObject({ BackupJobStatus: State, FailureMessage: expect.stringContaining(State) });
  });

  it.each([
    ['Failed', 'Failed'],
    ['TimedOut', 'TimedOut (ExecutionTimedOut)'],
    ['DeliveryTimedOut', 'TimedOut (DeliveryTimedOut)'],
    ['Undeliverable', 'Failed (Undeliverable)'],
    ['Cancelled', 'Cancelled'],
  ] as const)(
    'a script that ended %s did not succeed: nothing is stopped or backed up (S1-D03)',
    async (Status, words) => {
      // Prepare
      const fleet = await Fleet.open({ instances: alike(1, { Scripts: [{ Contains: 'pre.sh', Status }] }) });
      const PreBackupScriptDetails = script('pre.sh', { TimeoutInSeconds: 60, ExecutionTimeoutInSeconds: 60 });

      // Act
      const run = await fleet.run(
        inputByTag({ StartStopEC2Required: true, RemoteRunCommandDetails: { PreBackupScriptDetails } }),
      );

      // Assess
      expect(run.status).toBe('FAILED');
      expect(run.line(one).FailureMessage).toContain(`the pre script ended ${words.replace(')', '')}`);
      expect(fleet.changingCalls()).toEqual(['ssm:SendCommand']);
    },
  );

  it('an empty list right after SendCommand is not the end of the script (S1-D04)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1, { Scripts: [{ Contains: 'pre.sh', Status: 'Success', Seconds: 240 }] }),
    });

    // Act
    const run = await fleet.run(inputByTag({ RemoteRunCommandDetails: PRE }));

    // Assess
    expect(run.line(one).PreBackupScriptStatus).toBe('Success');
    expect(fleet.timeOf(one, 'backup')).toBeGreaterThan(fleet.timeOf(one, 'pre.sh') + 240_000);
  });

  it('an instance that SSM does not manage is refused before anything happens (S1-D05)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{}, { Ssm: 'Unmanaged' }]) });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expect(run.error).toBe('InvalidInputError');
    expect(run.cause).toContain(`${two} is not managed by SSM`);
    expect(fleet.changingCalls()).toEqual([]);
  });

  it('an instance that never gets an invocation did not run its script (S1-D05)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1, { Scripts: [{ Contains: 'pre.sh', Status: 'NoInvocation' }] }),
    });

    // Act
    const run = await fleet.run(inputByTag({ RemoteRunCommandDetails: PRE }));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(run.line(one).PreBackupScriptStatus).toBe('NoInvocation');
    expect(fleet.jobs()).toEqual([]);
  });

  it('a failure on the 55th instance is seen (S1-D06)', async () => {
    // Prepare
    const declared = alike(60);
    Object.assign(declared[54] ?? {}, { Scripts: [{ Contains: 'pre.sh', Status: 'Failed' }] });
    const fleet = await Fleet.open({ instances: declared });

    // Act
    const run = await fleet.run(inputByTag({ GroupBy: 'all', RemoteRunCommandDetails: PRE }));

    // Assess
    expect(run.line(instanceId(55)).PreBackupScriptStatus).toBe('Failed');
    expect(run.line(instanceId(60)).PreBackupScriptStatus).toBe('Success');
    expect(fleet.jobs()).toEqual([]);
  });

  it('scripts run on the very instances that are backed up, by ids as by tag (S1-D07)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{}, { Tags: {} }, {}]) });

    // Act
    const byIds = await fleet.run(inputByIds([one, two], SCRIPTS), 'by-ids');
    const both = await fleet.run(inputByTag({ ...SCRIPTS, TargetEC2Instances: [one] }), 'both');

    // Assess
    expect(byIds.status).toBe('SUCCEEDED');
    for (const id of [one, two]) expect(fleet.story(id)).toEqual(['pre.sh', 'backup', 'backup COMPLETED', 'post.sh']);
    expect(fleet.story(instanceId(3))).toEqual([]);
    expect(both.error).toBe('InvalidInputError');
  });

  it('a script that fails on one instance is sent to the others all the same (S1-D08)', async () => {
    // Prepare
    const declared = alike(6);
    Object.assign(declared[0] ?? {}, { Scripts: [{ Contains: 'pre.sh', Status: 'Failed', Seconds: 1 }] });
    const fleet = await Fleet.open({ instances: declared });

    // Act
    const run = await fleet.run(inputByTag({ GroupBy: 'all', OnScriptFailure: 'Skip', RemoteRunCommandDetails: PRE }));

    // Assess
    const statuses = run.lines.map(({ PreBackupScriptStatus }) => PreBackupScriptStatus);
    expect(statuses).toEqual(['Failed', ...Array(5).fill('Success')]);
    expect(fleet.commands()).toMatchObject([{ MaxErrors: '100%' }]);
  });

  it.each([
    ['ec2:StopInstances', ['pre.sh', 'post.sh']],
    ['backup:StartBackupJob', ['pre.sh', 'stopping', 'stopped', 'pending', 'running', 'post.sh']],
    [
      'backup:DescribeBackupJob',
      ['pre.sh', 'stopping', 'stopped', 'backup', 'backup COMPLETED', 'pending', 'running', 'post.sh'],
    ],
  ])('an error of %s leaves nothing stopped and nothing frozen (S1-D09)', async (call, story) => {
    // Prepare
    const fleet = await Fleet.open(
      { instances: alike(1), backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 5 }] },
      { faults: [{ call, fault: 'accessDenied', times: 'always' }] },
    );

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(fleet.stateOf(one)).toBe('running');
    expect(fleet.story(one)).toEqual(story);
  });

  it('a failure is in the table, with its reason, and a message is sent (S1-D10)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1),
      backupJobs: [{ Resource: '*', State: 'FAILED', StatusMessage: 'The volume is gone' }],
    });

    // Act
    const run = await fleet.run(inputByTag());

    // Assess
    expect(run.record).toMatchObject({
      outcome: 'FAILED',
      report: { Instances: [{ FailureMessage: 'the backup job is FAILED: The volume is gone' }] },
    });
    expect(fleet.notifications).toMatchObject([
      { subject: expect.stringMatching(/^FAILED/), message: expect.stringContaining('The volume is gone') },
    ]);
  });

  it('an instance that was stopped before stays stopped (S1-D11)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1, { State: 'stopped' }) });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.story(one)).toEqual(['backup', 'backup COMPLETED']);
  });

  it('terminated instances are not part of the fleet (S1-D12)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{}, { State: 'terminated' }, { State: 'shutting-down' }]) });

    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.output.Targets).toBe(1);
  });

  it('every instance of a reservation is backed up (S1-D13)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(3, { ReservationId: 'r-0123456789abcdef0' }) });

    // Act
    const byTag = await fleet.run(inputByTag(), 'by-tag');
    const byIds = await fleet.run(inputByIds([1, 2, 3].map(instanceId)), 'by-ids');

    // Assess
    expect(byTag.output).toMatchObject({ Targets: 3, Succeeded: 3 });
    expect(byIds.output).toMatchObject({ Targets: 3, Succeeded: 3 });
  });

  it('the instances of the second page are looked at too (S1-D14)', async () => {
    // Prepare
    const declared = alike(1010);
    Object.assign(declared[1005] ?? {}, { Spot: 'one-time' });
    const fleet = await Fleet.open({ instances: declared });

    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));

    // Assess
    expect(run.cause).toContain(`${instanceId(1006)} is a one-time Spot Instance and cannot be stopped`);
  });

  it('a tag that no instance has is said, and no script is sent (S1-D15)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(2, { Tags: {} }) });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expect(run.error).toBe('InvalidInputError');
    expect(run.cause).toContain('no instance in eu-west-1 has the tag backup-job=true');
    expect(fleet.changingCalls()).toEqual([]);
  });

  it('a long script and a long job cost no more history than short ones (S1-D16)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1, { Scripts: [{ Contains: 'pre.sh', Status: 'Success', Seconds: 2 * 3600 }] }),
      backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 9 * 3600 }],
    });
    const PreBackupScriptDetails = script('pre.sh', { ExecutionTimeoutInSeconds: 3 * 3600 });

    // Act
    const run = await fleet.run(
      inputByTag({ StartStopEC2Required: true, RemoteRunCommandDetails: { PreBackupScriptDetails } }),
    );

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    for (const { history } of fleet.region.stepFunctions.executions.values()) expect(history.length).toBeLessThan(100);
  });

  it('slow answers about many jobs are waited for (S1-D17)', async () => {
    // Prepare
    const fleet = await Fleet.open(
      { instances: alike(40) },
      {
        faults: [
          { call: 'backup:DescribeBackupJob', fault: 'slow', delaySeconds: 3, times: 'always' },
          { event: '*', fault: 'lose', times: 'always' },
        ],
      },
    );

    // Act
    const run = await fleet.run(inputByTag({ GroupBy: 'all' }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.seconds).toBeLessThan(1200);
  });

  it('the working directory and both timeouts are those of the input (S1-D18)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });
    const details = { WorkingDirectory: '/srv', TimeoutInSeconds: 45, ExecutionTimeoutInSeconds: 7200 };

    // Act
    await fleet.run(inputByTag({ RemoteRunCommandDetails: { PreBackupScriptDetails: script('pre.sh', details) } }));

    // Assess
    expect(fleet.commands()).toMatchObject([
      { TimeoutSeconds: 45, Parameters: { workingDirectory: ['/srv'], executionTimeout: ['7200'] } },
    ]);
  });

  it('no caller outside the account starts a run, and no other source inside (S1-D19)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });
    const event = {
      EventBusName: fleet.simulation.stack.outputs.TriggerBusName,
      DetailType: 'BackupSolution-PrePostScript',
      Detail: JSON.stringify(inputByTag(EVERYTHING)),
    };
    const stranger = { principalArn: 'arn:aws:iam::999988887777:root', accountId: '999988887777' };

    // Act
    const foreign = fleet.region.events.PutEvents({ Entries: [{ ...event, Source: 'backup-workflows' }] }, stranger);
    fleet.region.events.PutEvents({ Entries: [{ ...event, Source: 'some.application' }] });
    await fleet.pass(300);

    // Assess
    expect(foreign.FailedEntryCount).toBe(1);
    expect(fleet.executions()).toEqual([]);
  });

  it('no permission to change something is for everything (S1-D20)', () => {
    // Prepare
    const changing = ['ssm:SendCommand', 'ec2:StartInstances', 'ec2:StopInstances', 'iam:PassRole', 'sts:AssumeRole'];

    // Act
    const statements = statementsOf(prepareTemplate(loadTemplate(TEMPLATE), {}).resources).filter(({ actions }) =>
      actions.some((action) => changing.includes(action)),
    );

    // Assess
    expect(statements.length).toBeGreaterThan(5);
    for (const { actions, resources, condition } of statements) {
      for (const resource of resources) expect(resource).not.toMatch(/^\*$|:role\/\*$|document\/\*$/);
      if (actions.includes('iam:PassRole')) expect(condition).toHaveProperty('StringEquals.iam:PassedToService');
    }
  });

  it('two stacks live side by side in one account and region (S1-D21)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });
    const { clock } = fleet.simulation.account;

    // Act
    const deployment = deployTemplate(fleet.region, { templatePath: TEMPLATE, stackName: 'second' });
    const { outputs } = await clock.runUntil(deployment, 60);
    const { executionArn = '' } = fleet.region.stepFunctions.StartExecution({
      stateMachineArn: outputs.PrePostBackupStateMachineArn,
      input: JSON.stringify(
        inputByTag({
          ...EVERYTHING,
          BackupDetails: { BackupVaultName: outputs.BackupVaultName, IamRoleArn: outputs.BackupJobExecutionRoleArn },
        }),
      ),
    });
    await clock.runUntil(() => fleet.region.stepFunctions.executions.get(executionArn)?.status !== 'RUNNING', 7200);
    const first = await fleet.run(inputByTag());

    // Assess
    expect(fleet.region.stepFunctions.executions.get(executionArn)?.status).toBe('SUCCEEDED');
    expect(first.status).toBe('SUCCEEDED');
    expect(fleet.jobs().map(({ BackupVaultName }) => BackupVaultName)).toEqual(['nightly', outputs.BackupVaultName]);
  });

  it('backups and records outlive the stack, and records end with a numeric time to live (S1-D22)', async () => {
    // Prepare
    const { Resources } = loadTemplate(TEMPLATE);
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    await fleet.run(inputByTag());

    // Assess
    for (const name of ['BackupVault', 'RunsTable'])
      expect(Resources[name]).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
    expect(Resources.RunsTable?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    const now = fleet.simulation.account.clock.now / 1000;
    for (const { expiresAt } of fleet.simulation.items('RunsTable')) {
      expect(typeof expiresAt).toBe('number');
      expect(expiresAt).toBeGreaterThan(now + 365 * 24 * 3600);
    }
  });

  it('the schedule as it is shipped needs nothing but its input and its state (S1-D23)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      startAt: '2026-11-21T01:58:00Z',
      instances: alike(1),
      parameters: {
        PrePostBackupScheduleState: 'ENABLED',
        PrePostBackupScheduleInput: JSON.stringify(inputByTag()),
      },
    });

    // Act
    const [run] = await fleet.triggeredRuns();

    // Assess
    expect(run?.status).toBe('SUCCEEDED');
    expect(run?.execution.startDate.toISOString()).toMatch(/^2026-11-21T02:00/);
  });

  it('the documentation asks for the permission to write script output (S1-D24)', () => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toMatch(/write access/);
  });

  it('what states pass on does not grow with the fleet (S1-D25)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(60),
      backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 1, CreatedSeconds: 1 }],
    });

    // Act
    await fleet.run(inputByTag({ GroupBy: 'all' }));

    // Assess
    const children = [...fleet.region.stepFunctions.executions.values()].filter(({ mapRunArn }) => mapRunArn);
    expect(children).toHaveLength(1);
    for (const event of children[0]?.history ?? []) expect(JSON.stringify(event).length).toBeLessThan(4000);
  });

  it.each(['timeoutAfterSuccess', 'crashAfter'] as const)(
    'a job whose start is repeated runs once (%s) (S1-D26)',
    async (fault) => {
      // Prepare
      const fleet = await Fleet.open({ instances: alike(1) }, { faults: [{ call: 'backup:StartBackupJob', fault }] });

      // Act
      const run = await fleet.run(inputByTag());

      // Assess
      expect(run.status).toBe('SUCCEEDED');
      expect(fleet.jobs()).toHaveLength(1);
    },
  );

  it('a trigger that fires twice makes one set of backups, however the two interleave (S1-D26)', async () => {
    // Prepare
    const slowLock = {
      call: 'dynamodb:PutItem',
      by: 'OpenRunFunction',
      fault: 'slow',
      nth: 5,
      delaySeconds: 1,
    } as const;
    const fleet = await Fleet.open({ instances: alike(10) }, { faults: [slowLock] });

    // Act
    const executions = ['once', 'again'].map((name) => fleet.simulation.start('pre-post-backup', inputByTag(), name));
    for (const execution of executions) await fleet.simulation.finish(execution);

    // Assess
    expect(fleet.jobs()).toHaveLength(10);
    expect(executions.map(({ status }) => status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
  });

  it('a job that does not begin within its window does not keep the application down (S1-D27)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1), backupJobs: [{ Resource: '*', State: 'EXPIRED' }] });
    const BackupDetails = { ...BACKUP, StartWindowMinutes: 60, Lifecycle: { DeleteAfterDays: 35 } };

    // Act
    const run = await fleet.run(inputByTag({ ...EVERYTHING, BackupDetails, MaxMinutesStopped: 120 }));

    // Assess
    expect(fleet.jobs()).toMatchObject([{ State: 'EXPIRED', RecoveryPointLifecycle: { DeleteAfterDays: 35 } }]);
    expect(fleet.stateOf(one)).toBe('running');
    expect(run.line(one).DowntimeSeconds).toBeLessThan(75 * 60);
  });

  it('the post script is sent to an agent that answers (S1-D28)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1, { SsmOnlineSeconds: 300 }) });
    const PostBackupScriptDetails = script('post.sh', { TimeoutInSeconds: 30 });

    // Act
    const run = await fleet.run(
      inputByTag({ StartStopEC2Required: true, RemoteRunCommandDetails: { PostBackupScriptDetails } }),
    );

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.line(one).PostBackupScriptStatus).toBe('Success');
  });

  it('an application can be given back before its backup is complete (S1-D29)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1),
      backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 3600 }],
    });

    // Act
    const run = await fleet.run(inputByTag({ ...EVERYTHING, ResumeAfter: 'SnapshotStarted' }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.line(one).DowntimeSeconds).toBeLessThan(6 * 60);
  });

  it('a slow instance does not keep the others stopped (S1-D30)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{ StopSeconds: 1500 }, {}]) });

    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.timeOf(two, 'running')).toBeLessThan(fleet.timeOf(one, 'stopped'));
  });

  it('the README names no bucket of its author’s, and only commands that exist (S1-D31)', () => {
    // Prepare
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };

    // Act
    const commands = [...readme.matchAll(/npm run (?:--silent )?([a-z:-]+)/g)].map(([, name]) => name);

    // Assess
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) expect(Object.keys(scripts)).toContain(command);
    expect(readme).not.toMatch(/praghu|with name ``/);
  });

  it('what is not an input is refused before anything happens (S1-D32)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    const run = await fleet.run({ TargetEC2TagKey: ['backup-job'], RemoteRunCommandDetails: PRE, BackupDetails: {} });

    // Assess
    expect(run.error).toBe('InvalidInputError');
    expect(run.cause.split('\n').slice(1)).toEqual([
      '- TargetEC2TagKey: must be text',
      '- BackupDetails.BackupVaultName: is missing',
      '- BackupDetails.IamRoleArn: is missing',
      '- TargetEC2TagValue is missing; it goes with TargetEC2TagKey',
    ]);
    expect(fleet.changingCalls()).toEqual([]);
  });
});
