import { Account } from '../../../account';
import { loadWorld, type World } from '../../../world';
import { copiedPoint, fileSystemArn, fileSystemId, IamRoleArn, recoveryVaultArn, world } from './file-system-world';

const Metadata = {
  'file-system-id': fileSystemId,
  Encrypted: 'true',
  PerformanceMode: 'maxIO',
  CreationToken: 'run-1',
  newFileSystem: 'true',
};
const request = { RecoveryPointArn: copiedPoint, IamRoleArn, Metadata };

let account: Account;

function start(changes: Partial<World> = {}) {
  account = new Account({ seed: 1 });
  loadWorld(account, { ...world, ...changes });
  return account.region('eu-central-1');
}

const pass = (seconds: number) => account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);

afterEach(() => account.close());

test('a restore job is PENDING, RUNNING after 5 seconds and COMPLETED 45 minutes later', async () => {
  const { backup } = start();

  const RestoreJobId = backup.StartRestoreJob(request).RestoreJobId;
  const pending = backup.DescribeRestoreJob({ RestoreJobId });
  await pass(10);
  const running = backup.DescribeRestoreJob({ RestoreJobId });
  await pass(2700);
  const done = backup.DescribeRestoreJob({ RestoreJobId });

  expect(pending).toMatchObject({ Status: 'PENDING', PercentDone: '0.00%', SourceResourceArn: fileSystemArn });
  expect(running).toMatchObject({ Status: 'RUNNING', CreatedResourceArn: undefined });
  expect(done).toMatchObject({
    Status: 'COMPLETED',
    PercentDone: '100.00%',
    CreatedResourceArn: expect.stringMatching(/^arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system\/fs-/),
  });
});

test('the new file system has what the metadata say, the data in a directory of its own, and no mount target', async () => {
  const { backup, efs } = start();

  backup.StartRestoreJob({ ...request, CopySourceTagsToRestoredResource: true });
  await pass(3000);

  expect(efs.DescribeFileSystems({ CreationToken: 'run-1' }).FileSystems).toMatchObject([
    {
      Encrypted: true,
      KmsKeyId: expect.stringContaining('arn:aws:kms:eu-central-1:'),
      PerformanceMode: 'maxIO',
      ThroughputMode: 'bursting',
      LifeCycleState: 'available',
      NumberOfMountTargets: 0,
      Tags: [{ Key: 'Team', Value: 'web' }],
    },
  ]);
  expect(efs.snapshot().fileSystems[0]?.Directories).toEqual(['aws-backup-restore_2026-11-20T22-00-05-000Z']);
});

test('the events come in this region: `state` when created, `status` ever after, and percentDone is always 0', async () => {
  const { backup, events } = start();

  const RestoreJobId = backup.StartRestoreJob(request).RestoreJobId;
  await pass(3600);

  const details = events.seen
    .filter(({ event }) => event['detail-type'] === 'Restore Job State Change')
    .map(({ event }) => event.detail as Record<string, unknown>);
  expect(details.find(({ state }) => state === 'CREATED')).toEqual({
    restoreJobId: RestoreJobId,
    state: 'CREATED',
    creationDate: '2026-11-20T22:00:00.000Z',
  });
  expect(details.find(({ status }) => status === 'COMPLETED')).toMatchObject({
    restoreJobId: RestoreJobId,
    backupSizeInBytes: '5000000000',
    percentDone: 0,
    createdResourceArn: backup.DescribeRestoreJob({ RestoreJobId }).CreatedResourceArn,
    recoveryPointArn: copiedPoint,
    sourceResourceArn: fileSystemArn,
    backupVaultArn: recoveryVaultArn,
  });
  expect(account.region().events.seen).toEqual([]);
});

test.each([
  [{ State: 'FAILED', StatusMessage: 'Out of luck' }, 'Out of luck'],
  [{ State: 'ABORTED' }, 'Restore job was aborted.'],
] as const)(
  'a job declared %j ends so, and its half-restored file system is found by its token only',
  async (outcome, message) => {
    const { backup, efs } = start({ restoreJobs: [{ Resource: fileSystemId, ...outcome }] });

    const RestoreJobId = backup.StartRestoreJob(request).RestoreJobId;
    await pass(600);

    const job = backup.DescribeRestoreJob({ RestoreJobId });
    expect(job).toMatchObject({ Status: outcome.State, StatusMessage: message, CreatedResourceArn: undefined });
    expect(efs.DescribeFileSystems({ CreationToken: 'run-1' }).FileSystems).toHaveLength(1);
    expect(efs.snapshot().fileSystems[0]?.Directories?.[0]).toMatch(/^aws-backup-failed-restore_/);
  },
);

test('a failure can also leave nothing behind', async () => {
  const { backup, efs } = start({
    restoreJobs: [{ Resource: '*', State: 'FAILED', LeavesFileSystem: false }],
  });

  backup.StartRestoreJob(request);
  await pass(600);

  expect(efs.DescribeFileSystems({}).FileSystems).toEqual([]);
});

test('a restore into an existing file system adds a directory to it', async () => {
  const existing = 'fs-0b00000000000000b';
  const { backup, efs } = start({ fileSystems: [{ FileSystemId: existing, Region: 'eu-central-1' }] });

  const { RestoreJobId } = backup.StartRestoreJob({
    ...request,
    Metadata: { 'file-system-id': existing, newFileSystem: 'false' },
  });
  await pass(3000);

  expect(backup.DescribeRestoreJob({ RestoreJobId }).CreatedResourceArn).toContain(existing);
  expect(efs.snapshot().fileSystems.map(({ Directories }) => Directories?.length)).toEqual([1]);
});

test('the same idempotency token gives the same job', async () => {
  const { backup, efs } = start();

  const first = backup.StartRestoreJob({ ...request, IdempotencyToken: 'run-1' });
  await pass(3000);
  const again = backup.StartRestoreJob({ ...request, IdempotencyToken: 'run-1' });
  await pass(3000);

  expect(again).toEqual(first);
  expect(efs.DescribeFileSystems({}).FileSystems).toHaveLength(1);
});

test('a restore job fails when the role may not restore', async () => {
  const { backup, efs } = start();

  const { RestoreJobId } = backup.StartRestoreJob({ ...request, IamRoleArn: IamRoleArn.replace('Backup', 'Bare') });
  await pass(60);

  expect(backup.DescribeRestoreJob({ RestoreJobId })).toMatchObject({
    Status: 'FAILED',
    StatusMessage: expect.stringContaining('You are not authorized to perform this operation'),
  });
  expect(efs.DescribeFileSystems({}).FileSystems).toEqual([]);
});

test('a restore job fails when its creation token is taken', async () => {
  const { backup } = start();
  backup.StartRestoreJob(request);
  await pass(60);

  const RestoreJobId = backup.StartRestoreJob(request).RestoreJobId;
  await pass(60);

  expect(backup.DescribeRestoreJob({ RestoreJobId })).toMatchObject({
    Status: 'FAILED',
    StatusMessage: expect.stringContaining('already exists'),
  });
});

test.each([
  ['a recovery point of another region', { RecoveryPointArn: `${copiedPoint}0` }, 'ResourceNotFoundException'],
  ['no metadata', { Metadata: undefined }, 'MissingParameterValueException'],
  ['unknown metadata', { Metadata: { ...Metadata, Kms: 'x' } }, 'InvalidParameterValueException'],
  [
    'a key without encryption',
    { Metadata: { ...Metadata, Encrypted: 'false', KmsKeyId: 'alias/mine' } },
    'InvalidParameterValueException',
  ],
  ['another resource type', { ResourceType: 'EBS' }, 'InvalidParameterValueException'],
  [
    'a role that AWS Backup cannot assume',
    { IamRoleArn: IamRoleArn.replace('Backup', 'Other') },
    'InvalidParameterValueException',
  ],
])('StartRestoreJob refuses %s', (_what, change, code) => {
  const { backup } = start();

  expect(() => backup.StartRestoreJob({ ...request, ...change })).toThrow(expect.objectContaining({ code }));
  expect(backup.ListRestoreJobs({}).RestoreJobs).toEqual([]);
});

test('restore jobs are listed newest first, by status and by what was backed up', async () => {
  const { backup } = start();
  const first = backup.StartRestoreJob(request).RestoreJobId;
  await pass(3000);
  const second = backup.StartRestoreJob({ ...request, Metadata: { ...Metadata, CreationToken: 'run-2' } }).RestoreJobId;

  const ids = (jobs: { RestoreJobId?: string }[] | undefined) => jobs?.map((job) => job.RestoreJobId);
  expect(ids(backup.ListRestoreJobs({}).RestoreJobs)).toEqual([second, first]);
  expect(ids(backup.ListRestoreJobs({ ByStatus: 'COMPLETED' }).RestoreJobs)).toEqual([first]);
  const ofResource = backup.ListRestoreJobsByProtectedResource({ ResourceArn: fileSystemArn });
  expect(ids(ofResource.RestoreJobs)).toEqual([second, first]);
});
