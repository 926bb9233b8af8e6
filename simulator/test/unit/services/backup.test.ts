import { Account } from '../../../account';
import type { WorldBackupJob } from '../../../services/backup/world';
import type { WorldInstance } from '../../../services/ec2/world';

const instanceId = 'i-0a00000000000000a';
const ResourceArn = `arn:aws:ec2:eu-west-1:111122223333:instance/${instanceId}`;
const IamRoleArn = 'arn:aws:iam::111122223333:role/BackupRole';
const request = { BackupVaultName: 'main', ResourceArn, IamRoleArn };

let account: Account;
let events: { source: string; 'detail-type': string; resources: string[]; detail: Record<string, unknown> }[];

function start(options: { backupJobs?: WorldBackupJob[]; instance?: Partial<WorldInstance>; delay?: number } = {}) {
  account = new Account({ seed: 1, consistencyDelaySeconds: options.delay ?? 0 });
  events = [];
  const region = account.region();
  region.events.emit = (event) => void events.push(event as (typeof events)[number]);
  region.ec2.load({ instances: [{ InstanceId: instanceId, VolumeIds: ['vol-1', 'vol-2'], ...options.instance }] });
  region.iam.load({
    roles: [
      {
        RoleName: 'BackupRole',
        TrustedServices: ['backup.amazonaws.com'],
        ManagedPolicies: ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'],
      },
      { RoleName: 'OtherRole', TrustedServices: ['lambda.amazonaws.com'], ManagedPolicies: [] },
      { RoleName: 'BareRole', TrustedServices: ['backup.amazonaws.com'], ManagedPolicies: [] },
    ],
  });
  region.backup.load({ vaults: [{ BackupVaultName: 'main' }], backupJobs: options.backupJobs ?? [] });
  return region;
}

const pass = (seconds: number) => account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
const eventsOf = (jobId: string) => events.filter(({ detail }) => detail.backupJobId === jobId);

afterEach(() => account.close());

test('a backup job is CREATED, RUNNING after 5 seconds and COMPLETED 40 minutes later', async () => {
  const { backup } = start();

  const jobId = backup.StartBackupJob(request).BackupJobId ?? '';
  const created = backup.DescribeBackupJob({ BackupJobId: jobId });
  await pass(5 + 1200);
  const halfway = backup.DescribeBackupJob({ BackupJobId: jobId });
  await pass(1205);
  const done = backup.DescribeBackupJob({ BackupJobId: jobId });

  expect(created).toMatchObject({ State: 'CREATED', PercentDone: '0.0' });
  expect(halfway).toMatchObject({ State: 'RUNNING', PercentDone: '50.0', RecoveryPointArn: undefined });
  expect(halfway.ExpectedCompletionDate).toEqual(new Date('2026-11-20T22:40:05Z'));
  expect(done).toMatchObject({ State: 'COMPLETED', PercentDone: '100.0', ResourceType: 'EC2' });
  expect(done.RecoveryPointArn).toMatch(/^arn:aws:ec2:eu-west-1::image\/ami-[0-9a-f]{17}$/);
  expect(backup.ListRecoveryPointsByBackupVault({ BackupVaultName: 'main' }).RecoveryPoints).toMatchObject([
    { RecoveryPointArn: done.RecoveryPointArn, Status: 'COMPLETED', BackupVaultName: 'main' },
  ]);
});

test('every attached volume gets a snapshot soon after RUNNING, pending until the job ends', async () => {
  const { backup, ec2 } = start();
  const Filters = [{ Name: 'tag-key', Values: ['aws:backup:source-resource'] }];

  backup.StartBackupJob(request);
  await pass(60);
  const during = ec2.DescribeSnapshots({ Filters }).Snapshots ?? [];
  await pass(3000);
  const after = ec2.DescribeSnapshots({ Filters }).Snapshots ?? [];

  expect(during.map(({ VolumeId, State }) => [VolumeId, State])).toEqual([
    ['vol-1', 'pending'],
    ['vol-2', 'pending'],
  ]);
  expect(after.map(({ State }) => State)).toEqual(['completed', 'completed']);
});

test('snapshots that are declared null are never seen', async () => {
  const { backup, ec2 } = start({ backupJobs: [{ Resource: '*', State: 'COMPLETED', SnapshotSeconds: null }] });

  backup.StartBackupJob(request);
  await pass(3000);

  expect(ec2.DescribeSnapshots({}).Snapshots).toEqual([]);
});

test('events come at the next five-minute tick, with the fields and types of the samples', async () => {
  const { backup } = start();
  await pass(10);

  const jobId = backup.StartBackupJob(request).BackupJobId ?? '';
  await pass(280);
  const early = eventsOf(jobId).length;
  await pass(3000);

  const byState = Object.fromEntries(eventsOf(jobId).map((event) => [event.detail.state, event]));
  expect(early).toBe(0);
  expect(byState.CREATED?.detail).toEqual({
    backupJobId: jobId,
    state: 'CREATED',
    creationDate: '2026-11-20T22:00:10.000Z',
  });
  expect(byState.RUNNING).toMatchObject({
    resources: [],
    detail: { bytesTransferred: '0', percentDone: 0, expectedCompletionDate: 'Nov 20, 2026 10:40:15 PM' },
  });
  expect(byState.COMPLETED).toMatchObject({
    source: 'aws.backup',
    resources: [backup.DescribeBackupJob({ BackupJobId: jobId }).RecoveryPointArn],
    detail: { backupSizeInBytes: '17179869184', bytesTransferred: '17179869184', percentDone: 100 },
  });
});

test.each([
  [{ State: 'FAILED', StatusMessage: 'Out of luck' }, 'FAILED', 'Out of luck'],
  [{ State: 'ABORTED' }, 'ABORTED', 'Backup job was stopped by user.'],
  [{ State: 'PARTIAL', StatusMessage: 'One volume is missing' }, 'PARTIAL', 'One volume is missing'],
  [{ State: 'COMPLETED', StatusMessage: 'With issues' }, 'COMPLETED', 'With issues'],
] as const)('a job declared %j ends so', async (outcome, state, message) => {
  const { backup } = start({ backupJobs: [{ Resource: instanceId, ...outcome }] });

  const jobId = backup.StartBackupJob(request).BackupJobId ?? '';
  await pass(3000);

  const hasRecoveryPoint = state === 'COMPLETED' || state === 'PARTIAL';
  expect(backup.DescribeBackupJob({ BackupJobId: jobId })).toMatchObject({ State: state, StatusMessage: message });
  expect(backup.ListRecoveryPointsByBackupVault({ BackupVaultName: 'main' }).RecoveryPoints).toHaveLength(
    hasRecoveryPoint ? 1 : 0,
  );
  const last = eventsOf(jobId).find(({ detail }) => detail.state === state);
  expect(last?.detail.statusMessage).toBe(`"${message}"`);
});

test('the second job of a resource stays CREATED while the first runs, and expires at the end of its start window', async () => {
  const { backup } = start({ backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 7200 }] });

  backup.StartBackupJob(request);
  await pass(60);
  const second = backup.StartBackupJob({ ...request, StartWindowMinutes: 60 }).BackupJobId ?? '';
  await pass(1800);
  const waiting = backup.DescribeBackupJob({ BackupJobId: second }).State;
  await pass(1860);

  expect(waiting).toBe('CREATED');
  expect(backup.DescribeBackupJob({ BackupJobId: second })).toMatchObject({
    State: 'EXPIRED',
    StatusMessage: 'Backup job failed because there was a running job for the same resource.',
  });
});

test('the second job begins within ten minutes after the first is over', async () => {
  const { backup } = start();

  backup.StartBackupJob(request);
  await pass(60);
  const second = backup.StartBackupJob(request).BackupJobId ?? '';
  await pass(2400 + 600);

  expect(backup.DescribeBackupJob({ BackupJobId: second }).State).toBe('RUNNING');
});

test('a job that outlasts its complete window expires', async () => {
  const { backup } = start({ backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 20_000 }] });

  const jobId =
    backup.StartBackupJob({ ...request, StartWindowMinutes: 60, CompleteWindowMinutes: 120 }).BackupJobId ?? '';
  await pass(7300);

  expect(backup.DescribeBackupJob({ BackupJobId: jobId })).toMatchObject({
    State: 'EXPIRED',
    StatusMessage: 'Backup job expired before completion.',
  });
});

test('the same idempotency token gives the same job', async () => {
  const { backup } = start();

  const first = backup.StartBackupJob({ ...request, IdempotencyToken: 'run-1' });
  await pass(3000);
  const again = backup.StartBackupJob({ ...request, IdempotencyToken: 'run-1' });

  expect(again).toEqual(first);
  expect(backup.ListBackupJobs({}).BackupJobs).toHaveLength(1);
});

test('StopBackupJob aborts a running job and removes its snapshots', async () => {
  const { backup, ec2 } = start();

  const jobId = backup.StartBackupJob(request).BackupJobId ?? '';
  await pass(60);
  backup.StopBackupJob({ BackupJobId: jobId });
  const stopping = backup.DescribeBackupJob({ BackupJobId: jobId }).State;
  await pass(60);

  expect(stopping).toBe('ABORTING');
  expect(backup.DescribeBackupJob({ BackupJobId: jobId }).State).toBe('ABORTED');
  expect(ec2.DescribeSnapshots({}).Snapshots).toEqual([]);
  expect(() => backup.StopBackupJob({ BackupJobId: jobId })).toThrow(
    expect.objectContaining({ code: 'InvalidRequestException' }),
  );
});

test.each([
  ['a vault that does not exist', { BackupVaultName: 'nowhere' }, 'ResourceNotFoundException'],
  ['a role that does not exist', { IamRoleArn: `${IamRoleArn}x` }, 'InvalidParameterValueException'],
  [
    'a role that AWS Backup cannot assume',
    { IamRoleArn: IamRoleArn.replace('Backup', 'Other') },
    'InvalidParameterValueException',
  ],
  ['a start window below 60 minutes', { StartWindowMinutes: 59 }, 'InvalidParameterValueException'],
  [
    'a complete window too near the start window',
    { StartWindowMinutes: 60, CompleteWindowMinutes: 119 },
    'InvalidParameterValueException',
  ],
  [
    'less than 90 days of cold storage',
    { Lifecycle: { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 99 } },
    'InvalidParameterValueException',
  ],
  ['an unknown value for WindowsVSS', { BackupOptions: { WindowsVSS: 'on' } }, 'InvalidParameterValueException'],
  ['a text that is no ARN', { ResourceArn: instanceId }, 'InvalidParameterValueException'],
])('StartBackupJob refuses %s', (_what, change, code) => {
  const { backup } = start();

  expect(() => backup.StartBackupJob({ ...request, ...change })).toThrow(expect.objectContaining({ code }));
  expect(backup.ListBackupJobs({}).BackupJobs).toEqual([]);
});

test('a resource type that is not simulated ends the run', () => {
  const { backup } = start();
  const arn = 'arn:aws:s3:::bucket';

  expect(() => backup.StartBackupJob({ ...request, ResourceArn: arn })).toThrow(
    expect.objectContaining({ name: 'SimulatorError' }),
  );
});

test('a job whose role may not create images fails', async () => {
  const { backup } = start();

  const jobId = backup.StartBackupJob({ ...request, IamRoleArn: IamRoleArn.replace('Backup', 'Bare') }).BackupJobId;
  await pass(60);

  expect(backup.DescribeBackupJob({ BackupJobId: jobId })).toMatchObject({
    State: 'FAILED',
    StatusMessage: expect.stringContaining('not authorized'),
  });
});

test('WindowsVSS on a Linux instance ends COMPLETED with a message, on Windows without one', async () => {
  const BackupOptions = { WindowsVSS: 'enabled' };
  const linux = start();
  const onLinux = linux.backup.StartBackupJob({ ...request, BackupOptions }).BackupJobId;
  await pass(3000);
  const message = linux.backup.DescribeBackupJob({ BackupJobId: onLinux }).StatusMessage;
  account.close();
  const windows = start({ instance: { Platform: 'Windows' } });

  const onWindows = windows.backup.StartBackupJob({ ...request, BackupOptions }).BackupJobId;
  await pass(3000);

  expect(message).toBe('Windows VSS Backup Job Error encountered, trying for regular backup');
  expect(windows.backup.DescribeBackupJob({ BackupJobId: onWindows }).StatusMessage).toBeUndefined();
});

test('an outcome with Times is used up, and the next one counts', async () => {
  const { backup } = start({
    backupJobs: [
      { Resource: '*', State: 'FAILED', Times: 1 },
      { Resource: '*', State: 'COMPLETED', DurationSeconds: 60 },
    ],
  });

  const first = backup.StartBackupJob(request).BackupJobId;
  await pass(100);
  const second = backup.StartBackupJob(request).BackupJobId;
  await pass(100);

  expect(backup.DescribeBackupJob({ BackupJobId: first }).State).toBe('FAILED');
  expect(backup.DescribeBackupJob({ BackupJobId: second }).State).toBe('COMPLETED');
});

test('jobs are listed newest first, by filter and in pages', async () => {
  const { backup } = start({ backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 10 }] });

  const first = backup.StartBackupJob(request).BackupJobId;
  await pass(100);
  const between = account.clock.date;
  await pass(1);
  const second = backup.StartBackupJob(request).BackupJobId;
  const page = backup.ListBackupJobs({ MaxResults: 1 });

  const ids = (output: { BackupJobs?: { BackupJobId?: string }[] }) => output.BackupJobs?.map((job) => job.BackupJobId);
  expect(ids(page)).toEqual([second]);
  expect(ids(backup.ListBackupJobs({ MaxResults: 1, NextToken: page.NextToken }))).toEqual([first]);
  expect(ids(backup.ListBackupJobs({ ByState: 'COMPLETED' }))).toEqual([first]);
  expect(ids(backup.ListBackupJobs({ ByResourceArn: ResourceArn, ByCreatedAfter: between }))).toEqual([second]);
  expect(ids(backup.ListBackupJobs({ ByBackupVaultName: 'other' }))).toEqual([]);
});

test('a recovery point is deleted by its lifecycle', async () => {
  const { backup } = start({ backupJobs: [{ Resource: '*', State: 'COMPLETED', DurationSeconds: 10 }] });
  backup.StartBackupJob({ ...request, Lifecycle: { DeleteAfterDays: 1 } });
  await pass(100);
  const left = backup.ListRecoveryPointsByBackupVault({ BackupVaultName: 'main' }).RecoveryPoints;
  await pass(86_400);

  expect(left).toHaveLength(1);
  expect(left?.[0]?.CalculatedLifecycle?.DeleteAt).toEqual(new Date('2026-11-21T22:00:00Z'));
  expect(backup.ListRecoveryPointsByBackupVault({ BackupVaultName: 'main' }).RecoveryPoints).toEqual([]);
});

test('a vault that does not exist looks like one that is forbidden', () => {
  const { backup } = start();

  expect(() => backup.DescribeBackupVault({ BackupVaultName: 'nowhere' })).toThrow(
    expect.objectContaining({ code: 'AccessDeniedException' }),
  );
  expect(() => backup.CreateBackupVault({ BackupVaultName: 'main' })).toThrow(
    expect.objectContaining({ code: 'AlreadyExistsException' }),
  );
});

test('with a consistency delay the state is seen late', async () => {
  const { backup } = start({ delay: 30 });

  const jobId = backup.StartBackupJob(request).BackupJobId;
  await pass(6);
  const early = backup.DescribeBackupJob({ BackupJobId: jobId }).State;
  await pass(60);

  expect(early).toBe('CREATED');
  expect(backup.DescribeBackupJob({ BackupJobId: jobId }).State).toBe('RUNNING');
});

test('StartBackupJob needs the vault and iam:PassRole for AWS Backup', () => {
  const { backup } = start();

  expect(backup.access('StartBackupJob', request)).toEqual([
    { action: 'backup:StartBackupJob', resource: 'arn:aws:backup:eu-west-1:111122223333:backup-vault:main' },
    { action: 'iam:PassRole', resource: IamRoleArn, context: { 'iam:PassedToService': 'backup.amazonaws.com' } },
  ]);
});

test('the state at the end is a world again', async () => {
  const { backup } = start();
  backup.StartBackupJob(request);
  await pass(3000);
  const world = backup.snapshot();
  account.close();

  const { backup: again } = start();
  again.load({ recoveryPoints: world.recoveryPoints });

  expect(again.snapshot().recoveryPoints).toEqual(world.recoveryPoints);
});
