import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  ROLE_ARN,
  script,
  TAG,
  VAULT,
} from '../../../scenarios/pre-post-backup/fleet';
import { wantsRefusals } from '../../setup/refusals';

const DETAIL_TYPE = 'BackupSolution-PrePostScript';
const STOP_AND_START = ['stopping', 'stopped', 'backup', 'backup COMPLETED', 'pending', 'running'];

afterEach(closeFleet);

describe('The features of the predecessor', () => {
  it('backs up the instances that have the tag, and no others (S1-F01)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: instances([{}, {}, { Tags: { 'backup-job': 'false' } }, { Tags: { other: 'true' } }]),
    });

    // Act
    const run = await fleet.run(inputByTag());

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.output.Instances?.map(({ InstanceId }) => InstanceId)).toEqual([instanceId(1), instanceId(2)]);
    expect(fleet.jobs()).toHaveLength(2);
  });

  it('takes * and ? in a tag value for what they are (S1-F01)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: instances([{ Tags: { team: 'a*' } }, { Tags: { team: 'ab' } }, { Tags: { team: 'a?' } }]),
    });

    // Act
    const run = await fleet.run(inputByTag({ TargetEC2TagKey: 'team', TargetEC2TagValue: 'a*' }));

    // Assess
    expect(run.lines.map(({ InstanceId }) => InstanceId)).toEqual([instanceId(1)]);
  });

  it('backs up 50 instances by their ids, whatever their tags (S1-F02)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(52, { Tags: {} }) });
    const ids = Array.from({ length: 50 }, (_, index) => instanceId(index + 1));

    // Act
    const run = await fleet.run(inputByIds(ids, { GroupBy: 'all', RemoteRunCommandDetails: PRE }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.jobs()).toHaveLength(50);
    expect(fleet.story(instanceId(50))).toEqual(['pre.sh', 'backup', 'backup COMPLETED']);
    expect(fleet.story(instanceId(51))).toEqual([]);
  });

  it('runs the pre script from S3 on Linux and Windows, before the backup (S1-F03)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{}, { Platform: 'Windows' }]) });

    // Act
    await fleet.run(inputByTag({ GroupBy: 'all', RemoteRunCommandDetails: PRE }));

    // Assess
    expect(fleet.commands()).toMatchObject([
      {
        DocumentName: 'AWS-RunRemoteScript',
        InstanceIds: [instanceId(1), instanceId(2)],
        Parameters: { sourceType: ['S3'], sourceInfo: ['{"path":"https://scripts.s3.amazonaws.com/pre.sh"}'] },
      },
    ]);
    for (const id of [instanceId(1), instanceId(2)])
      expect(fleet.story(id)).toEqual(['pre.sh', 'backup', 'backup COMPLETED']);
  });

  it('runs the post script after the backup, also without a pre script (S1-F04)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    const run = await fleet.run(inputByTag({ RemoteRunCommandDetails: POST }));

    // Assess
    expect(fleet.story(instanceId(1))).toEqual(['backup', 'backup COMPLETED', 'post.sh']);
    expect(run.line(instanceId(1))).toMatchObject({
      PreBackupScriptStatus: 'skipped',
      PostBackupScriptStatus: 'Success',
    });
  });

  it('passes the command line with its arguments (S1-F05)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });
    const CommandToRun = `pre.sh --database 'my db' --wait 5 "quoted"`;

    // Act
    await fleet.run(
      inputByTag({ RemoteRunCommandDetails: { PreBackupScriptDetails: script('pre.sh', { CommandToRun }) } }),
    );

    // Assess
    expect(fleet.region.ssm.ranScripts).toMatchObject([{ commandLine: CommandToRun }]);
  });

  it('runs each script in its own working directory (S1-F06)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    await fleet.run(
      inputByTag({
        RemoteRunCommandDetails: {
          PreBackupScriptDetails: script('pre.sh', { WorkingDirectory: '/opt/freeze' }),
          PostBackupScriptDetails: script('post.sh', { WorkingDirectory: 'C:\\thaw' }),
        },
      }),
    );

    // Assess
    expect(fleet.region.ssm.ranScripts).toMatchObject([
      { workingDirectory: '/opt/freeze' },
      { workingDirectory: 'C:\\thaw' },
    ]);
  });

  it.each([90, '90'])('gives up a script that SSM cannot deliver in time (%p) (S1-F07)', async (TimeoutInSeconds) => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1, { Scripts: [{ Contains: 'pre.sh', Status: 'DeliveryTimedOut' }] }),
    });
    const PreBackupScriptDetails = script('pre.sh', { TimeoutInSeconds });

    // Act
    const run = await fleet.run(inputByTag({ RemoteRunCommandDetails: { PreBackupScriptDetails } }));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(run.seconds).toBeGreaterThanOrEqual(90);
    expect(run.seconds).toBeLessThan(150);
    expect(run.line(instanceId(1))).toMatchObject({
      PreBackupScriptStatus: 'TimedOut',
      FailureMessage: expect.stringContaining('DeliveryTimedOut'),
    });
  });

  it('lets a script run as long as it may, and no longer (S1-F08)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: instances([
        { Scripts: [{ Contains: 'pre.sh', Status: 'Success', Seconds: 7000 }] },
        { Scripts: [{ Contains: 'pre.sh', Status: 'Success', Seconds: 9000 }] },
      ]),
    });
    const PreBackupScriptDetails = script('pre.sh', { ExecutionTimeoutInSeconds: 8000 });

    // Act
    const run = await fleet.run(inputByTag({ RemoteRunCommandDetails: { PreBackupScriptDetails } }));

    // Assess
    expect(run.line(instanceId(1))).toMatchObject({ PreBackupScriptStatus: 'Success', BackupJobStatus: 'COMPLETED' });
    expect(run.line(instanceId(2))).toMatchObject({
      PreBackupScriptStatus: 'TimedOut',
      BackupJobStatus: 'skipped',
      FailureMessage: expect.stringContaining('ExecutionTimedOut'),
    });
  });

  it('has the output of each script stored in S3 (S1-F09)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });
    const output = (prefix: string) => ({ OutputS3BucketName: 'script-output', OutputS3KeyPrefix: prefix });

    // Act
    await fleet.run(
      inputByTag({
        RemoteRunCommandDetails: {
          PreBackupScriptDetails: script('pre.sh', output('pre-logs')),
          PostBackupScriptDetails: script('post.sh', output('post-logs')),
        },
      }),
    );

    // Assess
    const urls = fleet.region.ssm
      .ListCommandInvocations({})
      .CommandInvocations?.map(({ StandardOutputUrl }) => StandardOutputUrl);
    expect(urls).toEqual([
      expect.stringContaining('script-output/post-logs'),
      expect.stringContaining('script-output/pre-logs'),
    ]);
  });

  it('runs the script on all instances of a large group at once, even if it fails on one (S1-F10)', async () => {
    // Prepare
    const declared = alike(60);
    Object.assign(declared[3] ?? {}, { Scripts: [{ Contains: 'pre.sh', Status: 'Failed' }] });
    const fleet = await Fleet.open({ instances: declared });

    // Act
    const run = await fleet.run(inputByTag({ GroupBy: 'all', OnScriptFailure: 'Skip', RemoteRunCommandDetails: PRE }));

    // Assess
    const starts = fleet.region.ssm.ranScripts.map(({ startedAt }) => startedAt.getTime());
    expect(starts).toHaveLength(60);
    expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(5000);
    expect(run.output ?? run.record.report).toMatchObject({ Succeeded: 59, Failed: 1 });
  });

  it('stops instances before the backup, starts them after it, and waits for both (S1-F11)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1, { StopSeconds: 300, StartSeconds: 200 }) });

    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));

    // Assess
    expect(fleet.story(instanceId(1))).toEqual(STOP_AND_START);
    expect(fleet.timeOf(instanceId(1), 'running')).toBeLessThanOrEqual(run.execution.stopDate?.getTime() ?? 0);
    expect(run.line(instanceId(1))).toMatchObject({
      StopEc2InstanceStatus: 'stopped',
      StartEc2InstanceStatus: 'running',
    });
  });

  it('starts one job an instance, all at the same time, with the vault and the role of the input (S1-F12)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(5) });

    // Act
    const run = await fleet.run(inputByTag());

    // Assess
    expect(fleet.jobs()).toHaveLength(5);
    for (const job of fleet.jobs()) expect(job).toMatchObject({ BackupVaultName: VAULT, IamRoleArn: ROLE_ARN });
    expect(run.seconds).toBeLessThan(150);
    const points = fleet.region.backup.ListRecoveryPointsByBackupVault({ BackupVaultName: VAULT }).RecoveryPoints ?? [];
    expect(points.map(({ RecoveryPointArn }) => RecoveryPointArn).sort()).toEqual(
      run.lines.map(({ RecoveryPointArn }) => RecoveryPointArn).sort(),
    );
  });

  it('waits for jobs that take longer than any number of short polls (S1-F13)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1),
      backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 10 * 3600 }],
    });

    // Act
    const run = await fleet.run(inputByTag());

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.seconds).toBeGreaterThan(10 * 3600);
  });

  it('reports each step of each instance, and what was skipped (S1-F14)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{}, { State: 'stopped' }]) });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expect(run.lines).toEqual([
      {
        InstanceId: instanceId(1),
        PreBackupScriptStatus: 'Success',
        StopEc2InstanceStatus: 'stopped',
        BackupJobStatus: 'COMPLETED',
        StartEc2InstanceStatus: 'running',
        PostBackupScriptStatus: 'Success',
        FailureMessage: '',
        RecoveryPointArn: expect.stringMatching(/^arn:aws:ec2:eu-west-1::image\/ami-/),
        DowntimeSeconds: expect.any(Number),
      },
      {
        InstanceId: instanceId(2),
        PreBackupScriptStatus: 'skipped',
        StopEc2InstanceStatus: 'skipped',
        BackupJobStatus: 'COMPLETED',
        StartEc2InstanceStatus: 'skipped',
        PostBackupScriptStatus: 'skipped',
        FailureMessage: '',
        RecoveryPointArn: expect.stringMatching(/^arn:aws:ec2:eu-west-1::image\/ami-/),
      },
    ]);
  });

  it.each([
    ['COMPLETED', 'SUCCEEDED'],
    ['FAILED', 'FAILED'],
  ] as const)(
    'leaves a record under the execution’s ARN and start when the job ends %s (S1-F15)',
    async (State, outcome) => {
      // Prepare
      const fleet = await Fleet.open({ instances: alike(1), backupJobs: [{ Resource: '*', State }] });

      // Act
      const run = await fleet.run(inputByTag());

      // Assess
      expect(run.status).toBe(outcome);
      expect(run.record).toMatchObject({
        runId: `${run.execution.arn}/${run.execution.startDate.toISOString()}`,
        workflow: 'pre-post-backup',
        outcome,
        report: { Instances: [{ InstanceId: instanceId(1), BackupJobStatus: State }] },
      });
      expect(JSON.parse(String(run.record.input))).toEqual(inputByTag());
    },
  );

  it('says when the run began and ended, in UTC and as numbers (S1-F16)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1), startAt: '2026-03-29T00:30:00Z' });

    // Act
    const run = await fleet.run(inputByTag());

    // Assess
    const { startedAt, finishedAt, report } = run.record;
    expect(report.StartedAt).toMatch(/^2026-03-29T00:30:\d\dZ$/);
    expect(Date.parse(report.StartedAt) / 1000).toBe(startedAt);
    expect(Date.parse(report.FinishedAt) / 1000).toBe(finishedAt);
    expect(Number(finishedAt) - Number(startedAt)).toBeGreaterThanOrEqual(60);
  });

  describe('The eight paths by optional parts (S1-F17)', () => {
    const paths = [false, true].flatMap((pre) =>
      [false, true].flatMap((stop) => [false, true].map((post) => ({ pre, stop, post }))),
    );
    it.each(paths)('pre script $pre, stop and start $stop, post script $post (S1-F17)', async ({ pre, stop, post }) => {
      // Prepare
      const fleet = await Fleet.open({ instances: alike(2) });

      // Act
      const run = await fleet.run(
        inputByTag({
          StartStopEC2Required: stop,
          RemoteRunCommandDetails: { ...(pre && PRE), ...(post && POST) },
        }),
      );

      // Assess
      expect(run.status).toBe('SUCCEEDED');
      for (const id of [instanceId(1), instanceId(2)]) {
        expect(fleet.story(id)).toEqual([
          ...(pre ? ['pre.sh'] : []),
          ...(stop ? STOP_AND_START : ['backup', 'backup COMPLETED']),
          ...(post ? ['post.sh'] : []),
        ]);
      }
    });
  });

  it('runs when an operator starts an execution, and answers with the report (S1-F18)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    const run = await fleet.run(inputByTag(), 'before-the-upgrade');

    // Assess
    expect(run.execution.name).toBe('before-the-upgrade');
    expect(run.output).toEqual(run.record.report);
    expect(run.output).toMatchObject({ RunId: run.execution.arn, Targets: 1, Succeeded: 1, Failed: 0 });
  });

  it('brings the vault, the role, the bus and the tables that a run needs (S1-F21)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1), parameters: { AdditionalBackupRoleArns: '' } });
    const { outputs } = fleet.simulation.stack;

    // Act
    const run = await fleet.run(
      inputByTag({
        BackupDetails: { BackupVaultName: outputs.BackupVaultName, IamRoleArn: outputs.BackupJobExecutionRoleArn },
      }),
    );

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.jobs()).toMatchObject([{ BackupVaultName: outputs.BackupVaultName }]);
    expect(outputs).toMatchObject({
      PrePostBackupStateMachineArn: run.execution.stateMachineArn,
      RunsTableName: expect.any(String),
      TriggerBusName: expect.any(String),
    });
  });
});

describe('The trigger bus', () => {
  const event = (fleet: Fleet, more: object = {}) => ({
    EventBusName: fleet.simulation.stack.outputs.TriggerBusName,
    Source: 'backup-workflows',
    DetailType: DETAIL_TYPE,
    Detail: JSON.stringify(inputByTag()),
    ...more,
  });
  const stranger = (organizationId?: string) => ({
    principalArn: 'arn:aws:iam::999988887777:role/sender',
    accountId: '999988887777',
    ...(organizationId && { organizationId }),
  });

  it('starts a run with the detail of the event as its input (S1-F19)', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    fleet.region.events.PutEvents({ Entries: [event(fleet)] });
    const [run] = await fleet.triggeredRuns();

    // Assess
    expect(run?.status).toBe('SUCCEEDED');
    expect(JSON.parse(run?.execution.input ?? '')).toEqual(inputByTag());
  });

  it('starts the sample event of the project (S1-F19)', async () => {
    // Prepare
    // It names a role of AWS's own, which this stack may not look at.
    wantsRefusals();
    const detail = readFileSync(join(__dirname, '../../../events/pre-post-backup.json'), 'utf8');
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    fleet.region.events.PutEvents({ Entries: [event(fleet, { Detail: detail })] });
    await fleet.triggeredRuns();

    // Assess
    expect(JSON.parse(fleet.executions()[0]?.input ?? '')).toEqual(JSON.parse(detail));
  });

  it.each([
    ['another source', { Source: 'somebody-else' }],
    ['another detail-type', { DetailType: 'Something' }],
    ['the default bus', { EventBusName: 'default' }],
  ])('starts nothing for %s', async (_what, more) => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    fleet.region.events.PutEvents({ Entries: [event(fleet, more)] });
    await fleet.pass(600);

    // Assess
    expect(fleet.executions()).toEqual([]);
  });

  it('takes the source that the parameter names', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1), parameters: { TriggerSource: 'our.deployments' } });

    // Act
    fleet.region.events.PutEvents({ Entries: [event(fleet), event(fleet, { Source: 'our.deployments' })] });
    const runs = await fleet.triggeredRuns();

    // Assess
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it.each([undefined, 'o-a1b2c3d4e5'])('refuses events of another account (organization %p)', async (organization) => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    const { Entries } = fleet.region.events.PutEvents({ Entries: [event(fleet)] }, stranger(organization));
    await fleet.pass(600);

    // Assess
    expect(Entries).toMatchObject([{ ErrorCode: 'AccessDeniedException' }]);
    expect(fleet.executions()).toEqual([]);
  });

  it('with a trusted organization takes events of its accounts, from the one source only', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1),
      parameters: {
        TrustedOrganizationId: 'o-a1b2c3d4e5',
        StoredInputs: JSON.stringify({ nightly: inputByTag() }),
      },
    });
    const put = (organization: string | undefined, more: object = {}) =>
      fleet.region.events.PutEvents({ Entries: [event(fleet, more)] }, stranger(organization)).FailedEntryCount;

    // Act
    const refused = [put(undefined), put('o-somebodyelse'), put('o-a1b2c3d4e5', { Source: 'somebody-else' })];
    const accepted = put('o-a1b2c3d4e5', { Detail: JSON.stringify({ StoredInput: 'nightly' }) });
    const runs = await fleet.triggeredRuns();

    // Assess
    expect(refused).toEqual([1, 1, 1]);
    expect(accepted).toBe(0);
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('tries again when the execution cannot be started at the first attempt (S1-F22)', async () => {
    // Prepare
    const fleet = await Fleet.open(
      { instances: alike(1) },
      { faults: [{ call: 'states:StartExecution', fault: 'throttle', times: 2 }] },
    );

    // Act
    fleet.region.events.PutEvents({ Entries: [event(fleet)] });
    const runs = await fleet.triggeredRuns();

    // Assess
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('keeps an event in the queue of failed events when no attempt succeeds (S1-F22)', async () => {
    // Prepare
    const fleet = await Fleet.open(
      { instances: alike(1) },
      { faults: [{ call: 'states:StartExecution', fault: 'throttle', times: 'always' }] },
    );

    // Act
    fleet.region.events.PutEvents({ Entries: [event(fleet)] });
    await fleet.pass(600);

    // Assess
    const queueArn = fleet.simulation.stack.resource('FailedEventsQueue').attributes.Arn;
    expect(fleet.region.events.dropped).toMatchObject([{ attempts: 3, deadLetterQueueArn: queueArn }]);
    expect(fleet.executions()).toEqual([]);
  });
});

describe('The schedule', () => {
  it('starts nothing unless it is enabled (S1-F20)', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1),
      parameters: { PrePostBackupScheduleInput: JSON.stringify(inputByTag()) },
    });

    // Act
    await fleet.pass(5 * 3600);

    // Assess
    expect(fleet.executions()).toEqual([]);
  });

  it('starts a run with its input at its time in its zone, once it is enabled (S1-F20)', async () => {
    // Prepare: the night in which Berlin goes from UTC+2 to UTC+1.
    const fleet = await Fleet.open({
      startAt: '2026-10-24T23:20:00Z',
      instances: alike(1),
      parameters: {
        PrePostBackupScheduleState: 'ENABLED',
        PrePostBackupScheduleExpression: 'cron(30 1,3 * * ? *)',
        PrePostBackupScheduleTimeZone: 'Europe/Berlin',
        PrePostBackupScheduleInput: JSON.stringify(inputByTag()),
      },
    });

    // Act
    await fleet.pass(3.25 * 3600);
    const runs = await fleet.triggeredRuns();

    // Assess
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(runs.map(({ execution }) => execution.startDate.toISOString().slice(0, 16))).toEqual([
      '2026-10-24T23:30',
      '2026-10-25T02:30',
    ]);
    expect(JSON.parse(runs[0]?.execution.input ?? '')).toEqual(inputByTag());
  });
});

describe('Consistency groups', () => {
  const tiers = () =>
    instances([
      { Tags: { ...TAG, tier: 'web' } },
      { Tags: { ...TAG, tier: 'db' } },
      { Tags: { ...TAG, tier: 'web' } },
      {},
    ]);
  const slowScripts = (fleet: ReturnType<typeof tiers>) =>
    fleet.map((instance, index) => ({
      ...instance,
      Scripts: [{ Contains: 'pre.sh', Status: 'Success' as const, Seconds: 100 * (index + 1) }],
    }));

  it('without GroupBy lets each instance continue alone', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: slowScripts(tiers()) });

    // Act
    await fleet.run(inputByTag({ RemoteRunCommandDetails: PRE }));

    // Assess
    const begun = [1, 2, 3, 4].map((number) => fleet.timeOf(instanceId(number), 'backup'));
    expect(begun[3]).toBeGreaterThan((begun[0] ?? 0) + 250_000);
  });

  it('with "all" continues only when every instance has come so far', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: slowScripts(tiers()) });

    // Act
    await fleet.run(inputByTag({ ...EVERYTHING, GroupBy: 'all' }));

    // Assess
    const times = (what: string) => [1, 2, 3, 4].map((number) => fleet.timeOf(instanceId(number), what));
    const last = (what: string) => Math.max(...times(what));
    const first = (what: string) => Math.min(...times(what));
    expect(first('stopping')).toBeGreaterThan(fleet.timeOf(instanceId(4), 'pre.sh') + 400_000);
    expect(first('backup')).toBeGreaterThan(last('stopped'));
    expect(first('pending')).toBeGreaterThan(last('backup COMPLETED'));
    expect(first('post.sh')).toBeGreaterThan(last('running'));
  });

  it('with a tag keeps instances with the same value in step, and others alone', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: slowScripts(tiers()) });

    // Act
    const run = await fleet.run(inputByTag({ GroupBy: 'tag:tier', RemoteRunCommandDetails: PRE }));

    // Assess
    expect(run.record.groupCount).toBe(3);
    const begun = (number: number) => fleet.timeOf(instanceId(number), 'backup');
    expect(Math.abs(begun(1) - begun(3))).toBeLessThan(1000);
    expect(begun(2)).toBeLessThan(begun(1) - 50_000);
    expect(begun(4)).toBeGreaterThan(begun(1) + 50_000);
  });

  it.each([undefined, 'tag:tier'])('lets a group that fails hold back no other (GroupBy %p)', async (GroupBy) => {
    // Prepare
    const declared = tiers();
    Object.assign(declared[1] ?? {}, { Scripts: [{ Contains: 'pre.sh', Status: 'Failed', ExitCode: 3 }] });
    const fleet = await Fleet.open({ instances: declared });

    // Act
    const run = await fleet.run(inputByTag({ ...EVERYTHING, GroupBy }));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(run.error).toBe('BackupIncomplete');
    expect([1, 2, 3, 4].map((number) => run.line(instanceId(number)).BackupJobStatus)).toEqual([
      'COMPLETED',
      'skipped',
      'COMPLETED',
      'COMPLETED',
    ]);
    expect(run.cause).toContain(`1 of 4 instances failed.\n${instanceId(2)}: `);
    expect([1, 2, 3, 4].map((number) => fleet.stateOf(instanceId(number)))).toEqual(Array(4).fill('running'));
  });

  it('runs no more groups at a time than MaxConcurrentGroups', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(3) });

    // Act
    const run = await fleet.run(inputByTag({ MaxConcurrentGroups: 1 }));

    // Assess
    expect(run.seconds).toBeGreaterThan(3 * 60);
  });
});

describe('A group whose pre script fails', () => {
  const failingSecond = () =>
    instances([{}, { Scripts: [{ Contains: 'pre.sh', Status: 'Failed' }] }, { State: 'stopped' }]);

  it('with Abort backs up no instance of the group, and thaws all that ran', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: failingSecond() });

    // Act
    const run = await fleet.run(inputByTag({ ...EVERYTHING, GroupBy: 'all' }));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(fleet.jobs()).toEqual([]);
    expect(fleet.story(instanceId(1))).toEqual(['pre.sh', 'post.sh']);
    expect(fleet.story(instanceId(2))).toEqual(['pre.sh', 'post.sh']);
    expect(fleet.story(instanceId(3))).toEqual([]);
    expect(run.line(instanceId(1)).FailureMessage).toMatch(/^PreScriptFailedError: .*the pre script ended Failed/);
  });

  it('with CrashConsistent backs up every instance and says so', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: failingSecond() });

    // Act
    const run = await fleet.run(inputByTag({ ...EVERYTHING, GroupBy: 'all', OnScriptFailure: 'CrashConsistent' }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.jobs()).toHaveLength(3);
    expect(run.lines.map(({ Warning }) => Warning)).toEqual([
      undefined,
      expect.stringMatching(/^crash-consistent only: the pre script ended Failed \(exit code 1, command /),
      undefined,
    ]);
    expect(fleet.notifications).toHaveLength(1);
    expect(fleet.notifications[0]?.message).toContain(`Warning: ${instanceId(2)}: crash-consistent only`);
  });

  it('with Skip leaves out those on which the script failed: they are neither stopped nor backed up, but thawed', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: failingSecond() });

    // Act
    const run = await fleet.run(inputByTag({ ...EVERYTHING, GroupBy: 'all', OnScriptFailure: 'Skip' }));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(fleet.story(instanceId(1))).toEqual(['pre.sh', ...STOP_AND_START, 'post.sh']);
    expect(fleet.story(instanceId(2))).toEqual(['pre.sh', 'post.sh']);
    expect(fleet.story(instanceId(3))).toEqual(['backup', 'backup COMPLETED']);
    expect(run.lines.map(({ FailureMessage }) => FailureMessage)).toEqual([
      '',
      expect.stringMatching(/^skipped: the pre script ended Failed \(exit code 1, command /),
      '',
    ]);
  });
});

describe('A run that starts its instances again', () => {
  const early = { ...EVERYTHING, ResumeAfter: 'SnapshotStarted' };

  it('after SnapshotStarted gives instances back within minutes, and reports the jobs’ ends', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(2, { VolumeIds: undefined }),
      backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 40 * 60 }],
    });

    // Act
    const run = await fleet.run(inputByTag(early));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.story(instanceId(1))).toEqual([
      'pre.sh',
      'stopping',
      'stopped',
      'backup',
      'pending',
      'running',
      'post.sh',
      'backup COMPLETED',
    ]);
    for (const { DowntimeSeconds, BackupJobStatus, RecoveryPointArn } of run.lines) {
      expect(DowntimeSeconds).toBeLessThan(6 * 60);
      expect(BackupJobStatus).toBe('COMPLETED');
      expect(RecoveryPointArn).toBeDefined();
    }
    expect(run.seconds).toBeGreaterThan(40 * 60);
  });

  it('after BackupCompleted keeps them until the job is over', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1),
      backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 40 * 60 }],
    });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expect(run.line(instanceId(1)).DowntimeSeconds).toBeGreaterThan(40 * 60);
  });

  it('after SnapshotStarted waits for the snapshots of all volumes', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1, { VolumeIds: ['vol-1', 'vol-2', 'vol-3'] }),
      backupJobs: [{ Resource: '*', State: 'COMPLETED', SnapshotSeconds: 600, DurationSeconds: 1200 }],
    });

    // Act
    const run = await fleet.run(inputByTag(early));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.timeOf(instanceId(1), 'pending')).toBeGreaterThan(fleet.timeOf(instanceId(1), 'backup') + 600_000);
    expect(fleet.region.ec2.ebsSnapshots.toWorld()).toHaveLength(3);
  });

  it('after SnapshotStarted waits for the job when a snapshot is never seen', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1),
      backupJobs: [{ Resource: '*', State: 'COMPLETED', SnapshotSeconds: null, DurationSeconds: 1200 }],
    });

    // Act
    const run = await fleet.run(inputByTag(early));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.line(instanceId(1)).DowntimeSeconds).toBeGreaterThan(1200);
  });

  it('after SnapshotStarted takes no snapshot for its own that was there before the job', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1, { VolumeIds: ['vol-1'] }),
      ebsSnapshots: [
        {
          SnapshotId: 'snap-1',
          VolumeId: 'vol-1',
          StartTime: '2026-11-20T21:59:00Z',
          Tags: { 'aws:backup:source-resource': 'instance/i-1' },
        },
      ],
      backupJobs: [{ Resource: '*', State: 'COMPLETED', SnapshotSeconds: null, DurationSeconds: 1200 }],
    });

    // Act
    const run = await fleet.run(inputByTag(early));

    // Assess
    expect(run.line(instanceId(1)).DowntimeSeconds).toBeGreaterThan(1200);
  });

  it('after SnapshotStarted reports a job that fails after the instance was given back', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1),
      backupJobs: [
        { Resource: '*', State: 'FAILED', StatusMessage: 'Copying failed', SnapshotSeconds: 30, DurationSeconds: 1200 },
      ],
    });

    // Act
    const run = await fleet.run(inputByTag(early));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(run.line(instanceId(1))).toMatchObject({
      BackupJobStatus: 'FAILED',
      PostBackupScriptStatus: 'Success',
      FailureMessage: 'the backup job is FAILED: Copying failed',
    });
  });
});

describe('Options of the backup', () => {
  it('passes windows, lifecycle and tags on to AWS Backup', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    const run = await fleet.run(
      inputByTag({
        BackupDetails: {
          ...BACKUP,
          StartWindowMinutes: 60,
          CompleteWindowMinutes: 180,
          Lifecycle: { MoveToColdStorageAfterDays: 8, DeleteAfterDays: 98 },
          RecoveryPointTags: { team: 'storage' },
        },
      }),
    );

    // Assess
    const [job] = fleet.jobs();
    const startBy = (job?.StartBy?.getTime() ?? 0) - (job?.CreationDate?.getTime() ?? 0);
    expect(startBy).toBe(60 * 60 * 1000);
    expect(fleet.region.backup.recoveryPoints.toWorld()).toMatchObject([
      {
        RecoveryPointArn: run.line(instanceId(1)).RecoveryPointArn,
        Lifecycle: { MoveToColdStorageAfterDays: 8, DeleteAfterDays: 98 },
        Tags: { team: 'storage' },
      },
    ]);
  });

  it('ends the run when the job misses its complete window', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1),
      backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 12 * 3600 }],
    });

    // Act
    const run = await fleet.run(
      inputByTag({
        ...EVERYTHING,
        BackupDetails: { ...BACKUP, StartWindowMinutes: 60, CompleteWindowMinutes: 120 },
      }),
    );

    // Assess
    expect(run.line(instanceId(1))).toMatchObject({ BackupJobStatus: 'EXPIRED', StartEc2InstanceStatus: 'running' });
    expect(run.line(instanceId(1)).DowntimeSeconds).toBeLessThan(2.2 * 3600);
  });

  it('asks for VSS on Windows instances only', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{}, { Platform: 'Windows' }]) });

    // Act
    const run = await fleet.run(inputByTag({ BackupDetails: { ...BACKUP, WindowsVSS: true } }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    const options = fleet.jobs().map(({ ResourceArn, BackupOptions }) => [ResourceArn?.slice(-1), BackupOptions]);
    expect(Object.fromEntries(options)).toEqual({ 1: undefined, 2: { WindowsVSS: 'enabled' } });
  });
});

describe('The fleet', () => {
  it('has all instances of a reservation', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(4, { ReservationId: 'r-00000000000000001' }) });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expect(run.output).toMatchObject({ Targets: 4, Succeeded: 4 });
  });

  it('has no instances that are gone or going', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: instances([{}, { State: 'terminated' }, { State: 'shutting-down' }]),
    });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.lines.map(({ InstanceId }) => InstanceId)).toEqual([instanceId(1)]);
  });

  it('may have more instances than one SSM command and one answer of SSM can hold', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(60) });

    // Act
    const run = await fleet.run(inputByTag({ GroupBy: 'all', RemoteRunCommandDetails: { ...PRE, ...POST } }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.lines).toHaveLength(60);
    expect(fleet.commands()).toHaveLength(4);
    for (const line of run.lines)
      expect(line).toMatchObject({ PreBackupScriptStatus: 'Success', PostBackupScriptStatus: 'Success' });
  });

  it('of 300 instances has its lines in the table, and failures and warnings in the notification', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(300).map((instance, index) => ({ ...instance, Tags: { ...TAG, rack: String(index % 2) } })),
      backupJobs: [
        { Resource: instanceId(7), State: 'FAILED', StatusMessage: 'No space', DurationSeconds: 1 },
        { Resource: instanceId(8), State: 'COMPLETED', StatusMessage: 'VSS failed', DurationSeconds: 1 },
        { Resource: '*', State: 'COMPLETED', DurationSeconds: 1 },
      ],
    });

    // Act
    const run = await fleet.run(inputByTag({ GroupBy: 'tag:rack' }));

    // Assess
    const results = fleet.simulation
      .items('RunsTable')
      .flatMap((item) => (item.report as { results?: object[] } | undefined)?.results ?? []);
    expect(run.status).toBe('FAILED');
    expect(run.record.report).toMatchObject({ Targets: 300, Failed: 1, ResultsTable: { RunId: run.record.runId } });
    expect(run.record.report.Instances).toBeUndefined();
    expect(results).toHaveLength(300);
    expect(fleet.notifications).toHaveLength(1);
    expect(fleet.notifications[0]?.message).toContain(`${instanceId(7)}: the backup job is FAILED: No space`);
    expect(fleet.notifications[0]?.message).toContain(`Warning: ${instanceId(8)}: completed with issues: VSS failed`);
  });

  it('of 300 instances has its warnings reported even if nothing failed', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(300),
      backupJobs: [
        { Resource: instanceId(8), State: 'COMPLETED', StatusMessage: 'VSS failed', DurationSeconds: 1 },
        { Resource: '*', State: 'COMPLETED', DurationSeconds: 1 },
      ],
    });

    // Act
    const run = await fleet.run(inputByTag({ GroupBy: 'all' }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.notifications).toHaveLength(1);
    expect(fleet.notifications[0]?.message).toContain(`Warning: ${instanceId(8)}: completed with issues: VSS failed`);
  });
});

describe('A run', () => {
  it('stops only what ran, and starts only what it stopped', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{}, { State: 'stopped' }]) });

    // Act
    await fleet.run(inputByTag({ ...EVERYTHING, GroupBy: 'all' }));

    // Assess
    expect(fleet.story(instanceId(1))).toEqual(['pre.sh', ...STOP_AND_START, 'post.sh']);
    expect(fleet.story(instanceId(2))).toEqual(['backup', 'backup COMPLETED']);
    expect(fleet.stateOf(instanceId(2))).toBe('stopped');
  });

  it('leaves alone an instance that another person stopped in the meantime', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: alike(1, { Scripts: [{ Contains: 'pre.sh', Status: 'Success', Seconds: 300 }] }),
    });
    const execution = fleet.simulation.start(
      'pre-post-backup',
      inputByTag({ ...EVERYTHING, RemoteRunCommandDetails: PRE }),
    );
    await fleet.pass(100);

    // Act: the script's end is never reported, so SSM ends it when its time is over.
    fleet.region.ec2.StopInstances({ InstanceIds: [instanceId(1)] });
    await fleet.simulation.finish(execution);

    // Assess
    expect(fleet.stateOf(instanceId(1))).toBe('stopped');
  });

  it('sends the post script only once the instance is online in SSM again', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1, { StartSeconds: 30, SsmOnlineSeconds: 400 }) });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    const post = fleet.commands().find(({ Parameters }) => Parameters?.commandLine?.[0] === 'post.sh');
    expect(post?.RequestedDateTime?.getTime()).toBeGreaterThan(fleet.timeOf(instanceId(1), 'running') + 400_000);
    expect(run.line(instanceId(1)).PostBackupScriptStatus).toBe('Success');
  });
});

describe('The notification of a run', () => {
  it.each([
    ['No', 0],
    ['Yes', 1],
  ])('of a success with NotifyOnSuccess=%s is sent %d times', async (NotifyOnSuccess, count) => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1), parameters: { NotifyOnSuccess } });

    // Act
    await fleet.run(inputByTag());

    // Assess
    expect(fleet.notifications).toHaveLength(count);
  });

  it('has the same results as the output and the record', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(2), parameters: { NotifyOnSuccess: 'Yes' } });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING), 'nightly');

    // Assess
    const [notification] = fleet.notifications;
    expect(notification?.subject).toBe('SUCCEEDED: pre-post-backup nightly');
    expect(run.record.report).toEqual(run.output);
    for (const { InstanceId, RecoveryPointArn } of run.output.Instances ?? [])
      expect(notification?.message).toContain(`${InstanceId}: backed up, recovery point ${RecoveryPointArn}, down for`);
    expect(notification?.messageAttributes).toMatchObject({
      runId: { StringValue: run.execution.arn },
      outcome: { StringValue: 'SUCCEEDED' },
    });
  });

  it('of a failure is always sent, once', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1), backupJobs: [{ Resource: '*', State: 'ABORTED' }] });

    // Act
    const run = await fleet.run(inputByTag(), 'nightly');

    // Assess
    expect(fleet.notifications).toHaveLength(1);
    expect(fleet.notifications[0]).toMatchObject({
      subject: 'FAILED: pre-post-backup nightly',
      message: expect.stringContaining(run.cause),
    });
  });
});
