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
  PRE,
  ROLE_ARN,
  type Run,
  script,
  TAG,
} from '../../../scenarios/pre-post-backup/fleet';
import { wantsRefusals } from '../../setup/refusals';

afterEach(closeFleet);

/** What has to hold for every refused input: one notification was sent, and the account is as it was. */
function expectRefused(fleet: Fleet, run: Run, problems: (string | RegExp)[]): void {
  expect(run.status).toBe('FAILED');
  expect(run.error).toBe('InvalidInputError');
  const [headline, ...lines] = run.cause.split('\n');
  expect(headline).toBe('Nothing was changed. Correct the following and start again:');
  expect(lines).toHaveLength(problems.length);
  problems.forEach((problem, index) => {
    if (typeof problem === 'string') expect(lines[index]).toBe(`- ${problem}`);
    else expect(lines[index]).toMatch(problem);
  });
  expect(fleet.changingCalls()).toEqual([]);
  expect(fleet.simulation.items('LocksTable')).toEqual([]);
  expect(run.record).toMatchObject({ outcome: 'FAILED', error: 'InvalidInputError', cause: run.cause });
  expect(run.record).not.toHaveProperty('open');
  expect(fleet.notifications).toHaveLength(1);
  expect(fleet.notifications[0]?.message).toContain(run.cause);
}

describe('Input that is not valid', () => {
  it.each<[string, unknown, (string | RegExp)[]]>([
    [
      'both selectors',
      inputByTag({ TargetEC2Instances: [instanceId(1)] }),
      ['give either TargetEC2TagKey and TargetEC2TagValue or TargetEC2Instances, not both'],
    ],
    ['no selector', { BackupDetails: BACKUP }, ['give TargetEC2TagKey and TargetEC2TagValue, or TargetEC2Instances']],
    ['no id', inputByIds([]), ['give TargetEC2TagKey and TargetEC2TagValue, or TargetEC2Instances']],
    [
      'half a tag',
      { TargetEC2TagKey: 'backup-job', BackupDetails: BACKUP },
      ['TargetEC2TagValue is missing; it goes with TargetEC2TagKey'],
    ],
    [
      'more than 50 ids',
      inputByIds(Array.from({ length: 51 }, () => instanceId(1))),
      ['TargetEC2Instances: must have at most 50 entries, but has 51'],
    ],
    [
      'malformed ids',
      inputByIds([instanceId(1), 'i-123', 'web-1']),
      ['TargetEC2Instances.1: i-123 is not an instance id', 'TargetEC2Instances.2: web-1 is not an instance id'],
    ],
    ['nothing at all', {}, ['BackupDetails: is missing', /give TargetEC2TagKey/]],
    ['a list', [], ['must be a JSON object']],
    [
      'unknown keys',
      inputByTag({ TargetEC2TagKy: 'x', BackupDetails: { ...BACKUP, BackupVault: 'nightly', Colour: 'red' } }),
      [
        'BackupDetails.BackupVault is not a key of the input; did you mean BackupVaultName?',
        'BackupDetails.Colour is not a key of the input',
        'TargetEC2TagKy is not a key of the input; did you mean TargetEC2TagKey?',
      ],
    ],
    [
      'a word that is none of the choices',
      inputByTag({ OnScriptFailure: 'Continue' }),
      ['OnScriptFailure: must be "Abort" or "CrashConsistent" or "Skip"'],
    ],
    [
      'values of the wrong type',
      inputByTag({ StartStopEC2Required: 'yes', MaxConcurrentGroups: 2.5, RemoteRunCommandDetails: 'pre.sh' }),
      [
        'StartStopEC2Required: must be true or false',
        'RemoteRunCommandDetails: must be a JSON object',
        'MaxConcurrentGroups: must be a whole number',
      ],
    ],
  ])('is refused: %s', async (_what, input, problems) => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    const run = await fleet.run(input);

    // Assess
    expectRefused(fleet, run, problems);
  });
});

describe('Input that the account does not match', () => {
  it('is refused when ids do not exist, or are gone', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{}, { State: 'terminated' }]) });

    // Act
    const run = await fleet.run(inputByIds([1, 2, 3].map(instanceId), EVERYTHING));

    // Assess
    expectRefused(fleet, run, [
      `TargetEC2Instances: ${instanceId(2)} is terminated`,
      `TargetEC2Instances: ${instanceId(3)} does not exist in eu-west-1`,
    ]);
  });

  it('is refused when no instance has the tag', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(1, { Tags: { 'backup-job': 'no' } }) });

    // Act
    const run = await fleet.run(inputByTag(EVERYTHING));

    // Assess
    expectRefused(fleet, run, ['no instance in eu-west-1 has the tag backup-job=true']);
  });

  it('is refused when SSM cannot run a script on an instance', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: instances([{}, { Ssm: 'Unmanaged' }, { Ssm: 'ConnectionLost' }]),
    });

    // Act
    const run = await fleet.run(inputByTag({ RemoteRunCommandDetails: PRE }));

    // Assess
    expectRefused(fleet, run, [
      `${instanceId(2)} is not managed by SSM, so no script can run on it; check its SSM Agent and instance profile`,
      `${instanceId(3)} is not online in SSM (ConnectionLost), so no script can run on it; check its SSM Agent`,
    ]);
  });

  it('is accepted when SSM does not reach an instance on which no script is to run', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: instances([{ Ssm: 'Unmanaged' }, { State: 'stopped', Ssm: 'ConnectionLost' }]),
    });

    // Act
    const withoutScripts = await fleet.run(inputByTag({ StartStopEC2Required: true }), 'run-1');
    const onlyStopped = await fleet.run(inputByIds([instanceId(2)], EVERYTHING), 'run-2');

    // Assess
    expect([withoutScripts.status, onlyStopped.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  it('is refused when an instance cannot be stopped, or would not come back', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: instances([
        { RootDeviceType: 'instance-store' },
        { Spot: 'one-time' },
        { Spot: 'persistent' },
        { Tags: { ...TAG, 'aws:autoscaling:groupName': 'web' } },
      ]),
    });

    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));

    // Assess
    expectRefused(fleet, run, [
      `${instanceId(1)} has an instance store root device and cannot be stopped`,
      `${instanceId(2)} is a one-time Spot Instance and cannot be stopped`,
      `${instanceId(4)} belongs to the Auto Scaling group web, which would replace it when it stops`,
    ]);
  });

  it('is accepted for the same instances when nothing is to be stopped', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: instances([{ Spot: 'one-time' }, { Tags: { ...TAG, x: 'y' } }]) });

    // Act
    const run = await fleet.run(inputByTag());

    // Assess
    expect(run.status).toBe('SUCCEEDED');
  });

  it('is looked up for more Spot Instances than one filter of EC2 takes', async () => {
    // Prepare
    const declared = alike(201, { Spot: 'persistent' });
    Object.assign(declared[200] ?? {}, { Spot: 'one-time' });
    const fleet = await Fleet.open({ instances: declared });

    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));

    // Assess
    expectRefused(fleet, run, [`${instanceId(201)} is a one-time Spot Instance and cannot be stopped`]);
  });

  it.each([{ StartStopEC2Required: true }, { RemoteRunCommandDetails: PRE }])(
    'is refused when an instance is just starting or stopping and %j',
    async (more) => {
      // Prepare
      const fleet = await Fleet.open({
        instances: instances([
          { State: 'pending', StartSeconds: 600 },
          { State: 'stopping', StopSeconds: 600 },
        ]),
      });

      // Act
      const run = await fleet.run(inputByTag(more));

      // Assess
      expectRefused(fleet, run, [
        `${instanceId(1)} is pending; wait until it is running or stopped`,
        `${instanceId(2)} is stopping; wait until it is running or stopped`,
      ]);
    },
  );

  it('is refused when vault and role do not exist', async () => {
    // Prepare
    wantsRefusals();
    const fleet = await Fleet.open({ instances: alike(1) });

    // Act
    const run = await fleet.run(
      inputByTag({ BackupDetails: { BackupVaultName: 'nightli', IamRoleArn: `${ROLE_ARN}-2` } }),
    );

    // Assess
    expectRefused(fleet, run, [
      /^- BackupDetails.BackupVaultName: there is no backup vault nightli in eu-west-1 that may be used/,
      /^- BackupDetails.IamRoleArn: this stack may not use the role backup-role-2: name it in the parameter AdditionalBackupRoleArns/,
    ]);
  });

  it('is refused when AWS Backup may not assume the role, or the stack may not pass it', async () => {
    // Prepare
    wantsRefusals();
    const roles = [
      { RoleName: 'backup-role', TrustedServices: ['ec2.amazonaws.com'], ManagedPolicies: [] },
      { RoleName: 'admin', TrustedServices: ['backup.amazonaws.com'], ManagedPolicies: [] },
    ];
    const fleet = await Fleet.open({ instances: alike(1), roles });

    // Act
    const run = await fleet.run(inputByTag());
    const other = await fleet.run(
      inputByTag({ BackupDetails: { ...BACKUP, IamRoleArn: 'arn:aws:iam::111122223333:role/admin' } }),
      'run-2',
    );

    // Assess
    expect(run.cause).toContain('AWS Backup may not assume the role backup-role; its trust policy must name backup');
    expect(other.cause).toContain(
      'this stack may not use the role admin: name it in the parameter AdditionalBackupRoleArns',
    );
    expect(fleet.changingCalls()).toEqual([]);
  });

  it('is refused when more instances than 500 are to go in step', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(501) });

    // Act
    const run = await fleet.run(inputByTag({ GroupBy: 'all' }));

    // Assess
    expectRefused(fleet, run, ['GroupBy: a group has 501 instances, at most 500 can go in step; group by a tag']);
  });
});

it('lists everything that is wrong, with the input and in the account, in one error', async () => {
  // Prepare
  const fleet = await Fleet.open({
    instances: instances([{ Spot: 'one-time' }, { Ssm: 'Unmanaged' }, { State: 'shutting-down' }]),
  });

  // Act
  const run = await fleet.run({
    TargetEC2Instances: [1, 2, 3, 4].map(instanceId).concat('i-xyz'),
    StartStopEC2Required: true,
    RemoteRunCommandDetails: {
      PreBackupScriptDetails: { SourceS3Path: 's3://scripts/pre.sh', CommandToRun: '', TimeoutInSeconds: 10 },
      PostBackupScriptDetails: script('post.sh', { WorkingDir: '/tmp', OutputS3BucketName: 'ab' }),
    },
    BackupDetails: { BackupVaultName: 'weekly', IamRoleArn: 'backup-role', StartWindowMinutes: 30 },
    OnScriptFailure: 'Ignore',
    Resume: 'SnapshotStarted',
  });

  // Assess
  expectRefused(fleet, run, [
    'TargetEC2Instances.4: i-xyz is not an instance id',
    /PreBackupScriptDetails.SourceS3Path: must be the address of an object in S3/,
    'RemoteRunCommandDetails.PreBackupScriptDetails.CommandToRun: must not be empty',
    'RemoteRunCommandDetails.PreBackupScriptDetails.TimeoutInSeconds: must be at least 30',
    'RemoteRunCommandDetails.PostBackupScriptDetails.OutputS3BucketName: must have at least 3 characters',
    'RemoteRunCommandDetails.PostBackupScriptDetails.WorkingDir is not a key of the input; did you mean WorkingDirectory?',
    'BackupDetails.IamRoleArn: must be the ARN of an IAM role',
    'BackupDetails.StartWindowMinutes: must be at least 60',
    'OnScriptFailure: must be "Abort" or "CrashConsistent" or "Skip"',
    'Resume is not a key of the input; did you mean ResumeAfter?',
    `TargetEC2Instances: ${instanceId(3)} is shutting-down`,
    `TargetEC2Instances: ${instanceId(4)} does not exist in eu-west-1`,
    `${instanceId(1)} is a one-time Spot Instance and cannot be stopped`,
    `${instanceId(2)} is not managed by SSM, so no script can run on it; check its SSM Agent and instance profile`,
    /BackupDetails.BackupVaultName: there is no backup vault weekly/,
  ]);
});

describe('A target that another run holds', () => {
  it('lets the second run fail before it changes anything, and the first one succeed', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(2) });
    const first = fleet.simulation.start('pre-post-backup', inputByTag(EVERYTHING), 'first');
    await fleet.simulation.account.clock.runUntil(() => fleet.stateOf(instanceId(2)) === 'stopped', 600);

    // Act
    const second = await fleet.run(inputByIds([instanceId(2)], EVERYTHING), 'second');

    // Assess
    expect(second.error).toBe('TargetBusyError');
    expect(second.cause).toContain(`${instanceId(2)} is in the run ${first.arn}`);
    expect(first.status).toBe('SUCCEEDED');
    expect(fleet.jobs()).toHaveLength(2);
    expect(fleet.simulation.items('LocksTable')).toEqual([]);
  });

  it('is named with its run when it cannot be worked on just because of that run', async () => {
    // Prepare
    const fleet = await Fleet.open({ instances: alike(2) });
    const first = fleet.simulation.start('pre-post-backup', inputByTag(EVERYTHING), 'first');
    await fleet.simulation.account.clock.runUntil(() => fleet.stateOf(instanceId(2)) === 'stopping', 600);

    // Act
    const second = await fleet.run(inputByIds([instanceId(2)], EVERYTHING), 'second');

    // Assess
    expect(second.error).toBe('InvalidInputError');
    expect(second.cause).toContain(`${instanceId(2)} is in the run ${first.arn}; wait for it or stop it`);
    expect(first.status).toBe('SUCCEEDED');
  });
});

it('accepts the input that the predecessor documents', async () => {
  // Prepare: only the names in angle brackets are filled in.
  const fleet = await Fleet.open({ instances: alike(1), parameters: { AdditionalBackupRoleArns: '' } });
  const { outputs } = fleet.simulation.stack;
  const documented = `{
    "TargetEC2TagKey": "backup-job",
    "TargetEC2TagValue": "true",
    "StartStopEC2Required": true,
    "RemoteRunCommandDetails": {
        "PreBackupScriptDetails": {
        "SourceS3Path": "https://<BucketName>.s3.amazonaws.com/scripts/pre-script.sh",
        "CommandToRun": "pre-script.sh",
        "WorkingDirectory": "",
        "TimeoutInSeconds": 600,
        "OutputS3BucketName": "<BucketName>",
        "OutputS3KeyPrefix": "pre-script-logs"
        },
        "PostBackupScriptDetails": {
        "SourceS3Path": "https://<BucketName>.s3.amazonaws.com/scripts/pre-script.sh",
        "CommandToRun": "pre-script.sh",
        "WorkingDirectory": "",
        "TimeoutInSeconds": 600,
        "OutputS3BucketName": "<BucketName>",
        "OutputS3KeyPrefix": "post-script-logs"
        }
    },
    "BackupDetails": {
        "BackupVaultName": "<BackupVault>",
        "IamRoleArn": "<BackupJobExecutionRole>"
    }
  }`
    .replaceAll('<BucketName>', 'backup-status-bucket-1a2b3c4d5e6f')
    .replace('<BackupVault>', String(outputs.BackupVaultName))
    .replace('<BackupJobExecutionRole>', String(outputs.BackupJobExecutionRoleArn));

  // Act
  const run = await fleet.run(JSON.parse(documented));

  // Assess
  expect(run.status).toBe('SUCCEEDED');
  expect(run.line(instanceId(1))).toMatchObject({
    PreBackupScriptStatus: 'Success',
    StopEc2InstanceStatus: 'stopped',
    BackupJobStatus: 'COMPLETED',
    StartEc2InstanceStatus: 'running',
    PostBackupScriptStatus: 'Success',
  });
});
