import {
  alike,
  closeFleet,
  EVERYTHING,
  Fleet,
  inputByTag,
  instanceId,
  instances,
  POST,
  PRE,
  ROLE_ARN,
  type Run,
} from '../../../scenarios/pre-post-backup/fleet';

afterEach(closeFleet);

const INSTANCE = instanceId(1);
const arnOf = (id: string) => `arn:aws:ec2:eu-west-1:111122223333:instance/${id}`;
const IN_STEP = inputByTag({ ...EVERYTHING, GroupBy: 'all' });
const ALONE = inputByTag(EVERYTHING);
/** Long enough for something to happen while the instance is stopped. */
const JOB_SECONDS = 1200;

/** Runs with something that happens to an instance so many seconds after the start. */
async function runWhile(fleet: Fleet, input: object, seconds: number, happens: () => void): Promise<Run> {
  fleet.simulation.account.clock.after(seconds, happens);
  return fleet.run(input);
}

function slowBackup(more: object = {}) {
  return {
    instances: alike(1, { StopSeconds: 20, StartSeconds: 10 }),
    backupJobs: [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: JOB_SECONDS, ...more }],
  };
}

describe('Starting an instance ends with its deadline, not with a refusal', () => {
  it('continues although EC2 refuses the first four starts', async () => {
    // Prepare
    const faults = [{ call: 'ec2:StartInstances', fault: 'accessDenied' as const, times: 4 }];
    const fleet = await Fleet.open({ instances: alike(1) }, { faults });
    // Act
    const run = await fleet.run(ALONE);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.stateOf(INSTANCE)).toBe('running');
  });

  it('makes at most 30 starts and tells the last refusal', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1, { StartOutcome: 'InsufficientInstanceCapacity' }) });
    // Act
    const run = await fleet.run(ALONE);
    // Assess
    expect(run.line(INSTANCE)).toMatchObject({ StartEc2InstanceStatus: 'stopped' });
    expect(run.line(INSTANCE)).not.toHaveProperty('DowntimeSeconds');
    expect(run.line(INSTANCE).FailureMessage).toMatch(/refused \d+ times: InsufficientInstanceCapacity: .*; start it/);
    const told = fleet.notifications.map(({ message }) => message).join();
    expect(told).toContain('InsufficientInstanceCapacity');
    expect(run.line(INSTANCE).FailureMessage).toMatch(/refused ([12]\d|30) times/);
  });
});

describe('A start that EC2 accepts and takes back', () => {
  it('is repeated with growing pauses, 30 times in all, and the reason is reported', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1, { StartOutcome: 'keyRefused' }) });
    // Act
    const run = await fleet.run(ALONE);
    // Assess
    expect(run.line(INSTANCE).FailureMessage).toContain('Client.InternalError: Client error on launch');
    const starts = fleet.simulation.account.endpoint.calls.filter(({ call }) => call === 'ec2:StartInstances');
    expect(starts.length).toBeLessThanOrEqual(30);
    expect(starts.length).toBeGreaterThan(20);
  });
});

describe('In step on the way in, alone on the way out', () => {
  it('thaws each instance as soon as it runs, and calls only the one failed that does not', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: instances([{}, { StartOutcome: 'InsufficientInstanceCapacity' }, {}]),
    });
    // Act
    const run = await fleet.run(IN_STEP);
    // Assess
    expect(run.record.report).toMatchObject({ Targets: 3, Succeeded: 2, Failed: 1 });
    expect(run.line(instanceId(2)).FailureMessage).toContain('it could not be started');
    const thawedAfter = (id: string) => (fleet.timeOf(id, 'post.sh') - fleet.timeOf(id, 'running')) / 1000;
    expect(thawedAfter(instanceId(1))).toBeLessThan(300);
    expect(thawedAfter(instanceId(3))).toBeLessThan(300);
  });
});

describe('Words that tell the operator what to do', () => {
  it('says that an instance runs when only SSM does not reach it', async () => {
    // Prepare
    const fleet = await Fleet.open(slowBackup());
    const agentEnds = () => {
      const instance = fleet.region.ec2.instance(INSTANCE);
      if (instance) instance.declared.Ssm = 'ConnectionLost';
    };
    // Act
    const run = await runWhile(fleet, ALONE, 600, agentEnds);
    // Assess
    expect(run.line(INSTANCE)).toMatchObject({ StartEc2InstanceStatus: 'running', BackupJobStatus: 'COMPLETED' });
    expect(run.line(INSTANCE).FailureMessage).toContain('it runs, but SSM does not reach it');
    expect(run.line(INSTANCE).FailureMessage).toContain('may still be frozen; run the post script');
    expect(run.line(INSTANCE).FailureMessage).not.toContain('start it');
  });

  it('calls an instance a success that was thawed, although no look saw it in SSM before', async () => {
    // Prepare
    const fault = { call: 'ssm:DescribeInstanceInformation', fault: 'staleRead', nth: 2, times: 'always' } as const;
    const fleet = await Fleet.open({ instances: alike(1) }, { faults: [fault] });
    // Act
    const run = await fleet.run(ALONE);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.line(INSTANCE)).toMatchObject({ PostBackupScriptStatus: 'Success', FailureMessage: '' });
    expect(run.line(INSTANCE).Warning).toMatch(
      /it runs, but SSM did not reach it for 1[12]\d minutes after its start, and thawed it late/,
    );
    expect(fleet.notifications.at(-1)?.message).toContain('SSM did not reach it');
  });

  it.each([
    ['StartInstancesFunction', 'dynamodb:UpdateItem', /is stopped: Start Instances: AccessDenied.*; start it/],
    ['RunPostScriptFunction', 'ssm:SendCommand', /post script was not sent \(.*AccessDenied.*; run the post script/],
  ])('has the reason when %s is refused %s', async (by, call, words) => {
    // Prepare
    const fault = { by, call, fault: 'accessDenied', times: 'always' } as const;
    const fleet = await Fleet.open({ instances: alike(1) }, { faults: [fault] });
    // Act
    const run = await fleet.run(ALONE);
    // Assess
    expect(run.line(INSTANCE).FailureMessage).toMatch(words);
    expect(run.line(INSTANCE).FailureMessage).not.toContain('SSM does not reach it');
    expect(fleet.notifications.at(-1)?.message).toMatch(/^What to do: Give the role the right that AWS names\./m);
  });

  it.each(['ssm:DescribeInstanceInformation', 'ec2:DescribeInstances'])(
    'names the right to %s that the looks lacked, also when the instance was thawed all the same',
    async (call) => {
      // Prepare
      const fault = { by: 'ReconcileWaitsFunction', call, fault: 'accessDenied', times: 'always' } as const;
      const fleet = await Fleet.open({ instances: alike(1) }, { faults: [fault] });
      // Act
      const run = await fleet.run(ALONE);
      // Assess
      expect(run.status).toBe('SUCCEEDED');
      expect(run.line(INSTANCE).Warning).toMatch(
        /thawed late: the run did not see it ready: .*(AccessDenied|Unauthorized)/,
      );
      expect(run.line(INSTANCE).Warning).not.toContain('SSM did not reach it');
      expect(fleet.notifications.at(-1)?.message).toMatch(/^What to do: Give the role the right that AWS names\.$/m);
    },
  );

  it('does not call SSM silent when the looks at it came to no end', async () => {
    // Prepare: the function that looks is gone after each question
    const fault = { call: 'ssm:DescribeInstanceInformation', fault: 'crashAfter', times: 'always' } as const;
    const by = ['ReconcileWaitsFunction', 'ResumeWaitFunction', 'StartInstancesFunction'];
    const fleet = await Fleet.open({ instances: alike(1) }, { faults: by.map((name) => ({ ...fault, by: name })) });
    // Act
    const run = await fleet.run(ALONE);
    // Assess
    expect(run.line(INSTANCE).Warning).toContain('the run did not see it ready: ');
    expect(run.line(INSTANCE).Warning).not.toMatch(/SSM did not reach it|does not run/);
  });

  it('says that an instance was terminated, without a downtime that never ended', async () => {
    // Prepare
    const fleet = await Fleet.open(slowBackup());
    // Act
    const run = await runWhile(fleet, ALONE, 600, () => fleet.region.ec2.instance(INSTANCE)?.terminate());
    // Assess
    expect(run.line(INSTANCE).StartEc2InstanceStatus).toBe('terminated');
    expect(run.line(INSTANCE).FailureMessage).toContain('terminated after the stop, not by this run');
    expect(run.line(INSTANCE)).not.toHaveProperty('DowntimeSeconds');
  });

  it('warns of an instance that another person started during its backup', async () => {
    // Prepare
    const fleet = await Fleet.open(slowBackup());
    // Act
    const run = await runWhile(fleet, ALONE, 600, () => fleet.region.ec2.instance(INSTANCE)?.start());
    // Assess
    expect(run.line(INSTANCE).Warning).toContain('the instance was started at');
    expect(run.line(INSTANCE).DowntimeSeconds).toBeLessThan(700);
  });

  it('tells exit code, command and first lines of a script that failed', async () => {
    // Prepare
    const Scripts = [{ Contains: 'pre.sh', Status: 'Failed' as const, ExitCode: 32, Output: 'flushing' }];
    const fleet = await Fleet.open({ instances: alike(1, { Scripts }) });
    // Act
    const run = await fleet.run(ALONE);
    // Assess
    expect(run.line(INSTANCE).FailureMessage).toMatch(/exit code 32, command [0-9a-f-]{36}\): flushing/);
  });
});

describe('A script whose instance is gone', () => {
  it.each([
    ['terminated', /^skipped: .*the instance is (shutting-down|terminated)/],
    ['stopped', /^skipped: .*the instance is stopped/],
  ])('is not waited for to its time limit, and the others of its group are backed up (%s)', async (how, words) => {
    // Prepare
    const Scripts = [{ Contains: 'pre.sh', Status: 'Success' as const, Seconds: 3000 }];
    const fleet = await Fleet.open({ instances: instances([{ Scripts, StopSeconds: 20 }, {}, {}]) });
    const { ec2 } = fleet.region;
    const ends = () =>
      how === 'stopped' ? ec2.StopInstances({ InstanceIds: [INSTANCE] }) : ec2.instance(INSTANCE)?.terminate();
    // Act
    const run = await runWhile(fleet, IN_STEP, 120, ends);
    // Assess
    expect(run.line(INSTANCE)).toMatchObject({ PreBackupScriptStatus: 'InstanceEnded', BackupJobStatus: 'skipped' });
    expect(run.line(INSTANCE).FailureMessage).toMatch(words);
    expect([instanceId(2), instanceId(3)].map((id) => run.line(id).FailureMessage)).toEqual(['', '']);
    expect(fleet.timeOf(instanceId(2), 'stopped') - fleet.timeOf(instanceId(2), 'pre.sh')).toBeLessThan(600_000);
  });
});

describe('What others do to an instance in the middle of a run', () => {
  it('a termination during the stop leaves only that instance out', async () => {
    // Prepare
    const fleet = await Fleet.open({ ...slowBackup(), instances: alike(3) });
    const ends = () => fleet.region.ec2.instance(instanceId(2))?.terminate();
    // Act
    const input = inputByTag({ StartStopEC2Required: true, GroupBy: 'all' });
    const run = await runWhile(fleet, input, 3, ends);
    // Assess
    expect(run.record.report).toMatchObject({ Succeeded: 2, Failed: 1 });
    expect(run.line(instanceId(2))).toMatchObject({ BackupJobStatus: 'skipped', StartEc2InstanceStatus: 'terminated' });
    expect(run.line(instanceId(2)).FailureMessage).toBe(
      'not backed up; it was terminated after the stop, not by this run (terminated)',
    );
  });

  it('and fails the run if it was the only one', async () => {
    // Prepare
    const fleet = await Fleet.open({ ...slowBackup(), instances: alike(1) });
    // Act
    const ends = () => fleet.region.ec2.instance(INSTANCE)?.terminate();
    const run = await runWhile(fleet, inputByTag({ StartStopEC2Required: true }), 3, ends);
    // Assess
    expect(run.status).toBe('FAILED');
    expect(run.line(INSTANCE).FailureMessage).toContain('terminated after the stop, not by this run');
    expect(fleet.jobs()).toEqual([]);
  });

  it.each([
    ['a termination', 'terminated', /^it was terminated, not by this run \(terminated\)/],
    ['a stop', 'stopped', /^it is stopped, not by this run/],
  ])('%s during a backup that stops nothing is told as that, and nothing is called frozen', async (_, how, words) => {
    // Prepare
    const fleet = await Fleet.open({ ...slowBackup(), instances: alike(2, { StopSeconds: 20 }) });
    const { ec2 } = fleet.region;
    const ends = () =>
      how === 'stopped' ? ec2.StopInstances({ InstanceIds: [INSTANCE] }) : ec2.instance(INSTANCE)?.terminate();
    // Act
    const input = inputByTag({ RemoteRunCommandDetails: { ...PRE, ...POST }, GroupBy: 'all' });
    const run = await runWhile(fleet, input, 600, ends);
    // Assess
    expect(run.line(INSTANCE).FailureMessage).toMatch(words);
    expect(run.line(INSTANCE).FailureMessage).not.toMatch(/frozen|run the post script/);
    expect(run.line(INSTANCE)).toMatchObject({ BackupJobStatus: 'COMPLETED', RecoveryPointArn: expect.any(String) });
    expect(run.line(instanceId(2)).FailureMessage).toBe('');
  });
});

describe('An instance that EC2 does not stop', () => {
  it('is to be stopped by force, not started, and is sent no post script', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{ StopOutcome: 'stuck' }, {}]) });
    // Act
    const run = await fleet.run(IN_STEP);
    // Assess
    expect(run.line(INSTANCE).FailureMessage).toContain('is still stopping; force its stop, then start it');
    expect(run.line(INSTANCE).FailureMessage).not.toMatch(/frozen|run the post script/);
    expect(fleet.story(INSTANCE)).not.toContain('post.sh');
    expect(fleet.story(instanceId(2))).toContain('post.sh');
  });
});

describe('A pre script that never reached its instance', () => {
  it('has frozen nothing', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(2) });
    const agentEnds = () => {
      const instance = fleet.region.ec2.instance(INSTANCE);
      if (instance) instance.declared.Ssm = 'ConnectionLost';
    };
    // Act
    const run = await runWhile(fleet, IN_STEP, 2, agentEnds);
    // Assess
    expect(run.line(INSTANCE)).toMatchObject({ PreBackupScriptStatus: 'TimedOut', BackupJobStatus: 'skipped' });
    expect(run.line(INSTANCE).FailureMessage).toContain('the pre script ended TimedOut (DeliveryTimedOut');
    expect(run.line(INSTANCE).FailureMessage).not.toContain('frozen');
  });
});

describe('A script whose instance stops and comes back', () => {
  it.each(['untilTimeout', 'Failed'] as const)(
    'is not taken for a success, and its instance is thawed and not backed up (%s)',
    async (behaviour) => {
      // Prepare
      const Scripts = [{ Contains: 'pre.sh', Status: 'Success' as const, Seconds: 50 }];
      const world = { instances: instances([{ Scripts, StopSeconds: 5, StartSeconds: 5, SsmOnlineSeconds: 5 }]) };
      const fleet = await Fleet.open(world, { doubts: { 'ssm.scriptOfDeadInstance': behaviour } });
      const { ec2 } = fleet.region;
      const restart = () => {
        ec2.StopInstances({ InstanceIds: [INSTANCE] });
        fleet.simulation.account.clock.after(10, () => void ec2.StartInstances({ InstanceIds: [INSTANCE] }));
      };
      // Act
      const run = await runWhile(fleet, ALONE, 25, restart);
      // Assess
      const status = behaviour === 'Failed' ? 'Failed' : 'TimedOut';
      expect(run.line(INSTANCE)).toMatchObject({ PreBackupScriptStatus: status, BackupJobStatus: 'skipped' });
      expect(run.status).toBe('FAILED');
      expect(fleet.stateOf(INSTANCE)).toBe('running');
      expect(fleet.region.ssm.ranScripts.at(-1)).toMatchObject({ commandLine: 'post.sh', status: 'Success' });
      expect(fleet.simulation.account.doubts.met).toHaveProperty(['ssm.scriptOfDeadInstance'], behaviour);
    },
  );
});

describe('Jobs of AWS Backup', () => {
  it('are all recorded when one is refused, and only that instance fails', async () => {
    // Prepare
    const faults = [{ call: 'backup:StartBackupJob', fault: 'accessDenied' as const, nth: 2 }];
    const fleet = await Fleet.open({ instances: alike(3) }, { faults });
    // Act
    const run = await fleet.run(IN_STEP);
    // Assess
    expect(run.record.report).toMatchObject({ Succeeded: 2, Failed: 1 });
    const [failed] = run.lines.filter(({ FailureMessage }) => FailureMessage !== '');
    expect(failed?.FailureMessage).toContain('the backup job could not be started: AccessDenied');
    expect(run.lines.filter(({ RecoveryPointArn }) => RecoveryPointArn)).toHaveLength(2);
  });

  it('that do not begin in time are stopped, and the instance is started', async () => {
    // Prepare
    const fleet = await Fleet.open(slowBackup({ CreatedSeconds: 27_000 }));
    // Act
    const run = await fleet.run(inputByTag({ ...EVERYTHING, MaxMinutesStopped: 30 }));
    // Assess
    expect(run.line(INSTANCE).FailureMessage).toContain('backup did not begin within 30 minutes of the stop');
    expect(run.line(INSTANCE)).toMatchObject({ StartEc2InstanceStatus: 'running', PostBackupScriptStatus: 'Success' });
    expect(run.line(INSTANCE).DowntimeSeconds).toBeLessThan(45 * 60);
    expect(fleet.jobs().map(({ State }) => State)).toEqual(['ABORTED']);
  });

  it('that were stopped are not called jobs that could not be, when another instance is thawed before', async () => {
    // Prepare
    const never = {
      Resource: arnOf(INSTANCE),
      State: 'COMPLETED' as const,
      CreatedSeconds: 28_000,
      DurationSeconds: 30_000,
    };
    const fleet = await Fleet.open({ instances: alike(2), backupJobs: [never] });
    // Act
    const run = await fleet.run(
      inputByTag({ ...EVERYTHING, GroupBy: 'all', ResumeAfter: 'SnapshotStarted', MaxMinutesStopped: 10 }),
    );
    // Assess
    expect(run.line(INSTANCE).FailureMessage).toMatch(/the run stopped its job \S+, which is ABORTED/);
    expect(run.line(INSTANCE).FailureMessage).not.toContain('could not stop');
    expect(run.line(instanceId(2)).FailureMessage).toBe('');
  });

  it('that begin hours later, while the application is frozen, are told with the time', async () => {
    // Prepare
    const fleet = await Fleet.open(slowBackup({ CreatedSeconds: 18_000, DurationSeconds: 19_000 }));
    // Act
    const run = await fleet.run(inputByTag({ RemoteRunCommandDetails: { ...PRE, ...POST } }));
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.line(INSTANCE).Warning).toMatch(
      /its backup job had not begun (2[789]\d|300) minutes after it was asked for/,
    );
  });

  it('of others are not taken for the one whose start was not recorded', async () => {
    // Prepare: what AWS Backup answered could not be recorded
    const faults = [{ call: 'backup:StartBackupJob', fault: 'accessDenied' as const, times: 'always' as const }];
    const refused = { call: 'dynamodb:UpdateItem', by: 'BackUpInstancesFunction', fault: 'accessDenied' as const };
    const fleet = await Fleet.open(slowBackup(), {
      faults: [...faults, { ...refused, nth: 2, times: 'always' as const }],
    });
    const { backup } = fleet.region;
    backup.CreateBackupVault({ BackupVaultName: 'plans' });
    const ofPlan = () =>
      void backup.StartBackupJob({ BackupVaultName: 'plans', IamRoleArn: ROLE_ARN, ResourceArn: arnOf(INSTANCE) });
    // Act
    const run = await runWhile(fleet, ALONE, 40, ofPlan);
    // Assess
    expect(run.status).toBe('FAILED');
    expect(run.line(INSTANCE)).toMatchObject({ BackupJobStatus: 'unknown' });
  });

  it('that cannot be stopped are named with the reason, and with a recovery point that is not of a stopped instance', async () => {
    // Prepare
    const faults = [{ call: 'backup:StopBackupJob', fault: 'accessDenied', times: 'always' } as const];
    const fleet = await Fleet.open(slowBackup({ CreatedSeconds: 380, DurationSeconds: 381 }), { faults });
    // Act
    const run = await fleet.run(inputByTag({ ...EVERYTHING, MaxMinutesStopped: 5 }));
    // Assess
    const { FailureMessage, Warning = '', RecoveryPointArn } = run.line(INSTANCE);
    expect(FailureMessage).toMatch(/did not begin within 5 minutes .* could not stop its job \S+ \(AccessDenied/);
    const told = RecoveryPointArn ? Warning : FailureMessage;
    expect(told).toMatch(/recovery point.* not of a stopped instance/);
    expect(run.line(INSTANCE)).toMatchObject({ StartEc2InstanceStatus: 'running', PostBackupScriptStatus: 'Success' });
  });

  it('that run already keep the instance up until they have ended', async () => {
    // Prepare
    const fleet = await Fleet.open(slowBackup({ DurationSeconds: 600 }));
    fleet.region.backup.StartBackupJob({
      BackupVaultName: 'nightly',
      IamRoleArn: 'arn:aws:iam::111122223333:role/backup-role',
      ResourceArn: fleet.region.arn('ec2', `instance/${INSTANCE}`),
    });
    // Act
    const run = await fleet.run(ALONE);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.timeOf(INSTANCE, 'pre.sh')).toBeGreaterThan(fleet.timeOf(INSTANCE, 'backup COMPLETED'));
  });
});

describe('A job of AWS Backup that runs already, and a script without a stop', () => {
  const SCRIPTS = inputByTag({ RemoteRunCommandDetails: { ...PRE, ...POST } });
  async function runBeside(DurationSeconds: number) {
    const fleet = await Fleet.open(slowBackup({ DurationSeconds }));
    fleet.region.backup.StartBackupJob({
      BackupVaultName: 'nightly',
      IamRoleArn: ROLE_ARN,
      ResourceArn: arnOf(INSTANCE),
    });
    return { fleet, run: await fleet.run(SCRIPTS) };
  }

  it('has the application run on until that job has ended', async () => {
    // Act
    const { fleet, run } = await runBeside(600);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.timeOf(INSTANCE, 'pre.sh')).toBeGreaterThan(fleet.timeOf(INSTANCE, 'backup COMPLETED'));
  });

  it('is not waited for longer than an hour, and then is told', async () => {
    // Act: what the script prepares may well wait for the backup
    const { fleet, run } = await runBeside(6 * 3600);
    // Assess
    expect(run.status).toBe('SUCCEEDED');
    const waited = (fleet.timeOf(INSTANCE, 'pre.sh') - fleet.timeOf(INSTANCE, 'backup')) / 60_000;
    expect(waited).toBeGreaterThan(15);
    expect(waited).toBeLessThan(60);
    expect(run.line(INSTANCE).Warning).toMatch(/has the backup job \S+, RUNNING .*and its pre script ran all the same/);
  });
});

describe('Stop protection', () => {
  it('is found before any pre script runs', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{}, { StopProtection: true }]) });
    // Act
    const run = await fleet.run(IN_STEP);
    // Assess
    expect(run.error).toBe('InvalidInputError');
    expect(run.cause).toContain(`${instanceId(2)} is protected against a stop`);
    expect(fleet.changingCalls()).toEqual([]);
  });
});
