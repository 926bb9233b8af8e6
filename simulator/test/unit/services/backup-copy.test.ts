import { Account } from '../../../account';
import type { PinnedDoubts } from '../../../doubts';
import { AwsError } from '../../../errors';
import type { SeenEvent } from '../../../services/events/dispatcher';
import { loadWorld, type World } from '../../../world';
import {
  fileSystemArn,
  fileSystemId,
  homeVaultArn,
  IamRoleArn,
  recoveryVaultArn,
  sourcePoint,
  world,
} from './file-system-world';

const request = {
  RecoveryPointArn: sourcePoint,
  SourceBackupVaultName: 'main',
  DestinationBackupVaultArn: recoveryVaultArn,
  IamRoleArn,
};
const OTHER_ACCOUNT = '444455556666';
const otherVaultArn = `arn:aws:backup:eu-central-1:${OTHER_ACCOUNT}:backup-vault:kept`;

let account: Account;

function start(changes: Partial<World> = {}, doubts: PinnedDoubts = {}) {
  account = new Account({ seed: 1, doubts });
  loadWorld(account, { ...world, ...changes });
  return { here: account.region().backup, there: account.region('eu-central-1').backup };
}

const pass = (seconds: number) => account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
const detailsOf = (seen: SeenEvent[]) => seen.map(({ event }) => event.detail as Record<string, unknown>);

afterEach(() => account.close());

test('a copy job is CREATED, RUNNING after 5 seconds and COMPLETED 30 minutes later', async () => {
  const { here } = start();

  const CopyJobId = here.StartCopyJob(request).CopyJobId;
  const created = here.DescribeCopyJob({ CopyJobId }).CopyJob;
  await pass(10);
  const running = here.DescribeCopyJob({ CopyJobId }).CopyJob;
  await pass(1800);
  const done = here.DescribeCopyJob({ CopyJobId }).CopyJob;

  expect(created).toMatchObject({ State: 'CREATED', ResourceArn: fileSystemArn, ResourceType: 'EFS' });
  expect(running).toMatchObject({ State: 'RUNNING' });
  expect(running?.DestinationRecoveryPointArn).toBeUndefined();
  expect(done).toMatchObject({
    State: 'COMPLETED',
    DestinationRecoveryPointArn: expect.stringMatching(/^arn:aws:backup:eu-central-1:111122223333:recovery-point:/),
  });
});

test('the copy has the creation date, tags and restore metadata of its source, and names the source vault', async () => {
  const { here, there } = start({ recoveryPoints: world.recoveryPoints?.slice(0, 1) });

  const CopyJobId = here.StartCopyJob({ ...request, Lifecycle: { DeleteAfterDays: 30 } }).CopyJobId;
  await pass(2000);

  const arn = here.DescribeCopyJob({ CopyJobId }).CopyJob?.DestinationRecoveryPointArn ?? '';
  const { RecoveryPoints } = there.ListRecoveryPointsByBackupVault({ BackupVaultName: 'recovery' });
  expect(RecoveryPoints).toMatchObject([{ RecoveryPointArn: arn, Status: 'COMPLETED', BackupVaultName: 'recovery' }]);
  expect(there.DescribeRecoveryPoint({ BackupVaultName: 'recovery', RecoveryPointArn: arn })).toMatchObject({
    CreationDate: new Date('2026-11-19T22:00:00Z'),
    SourceBackupVaultArn: homeVaultArn,
    Lifecycle: { DeleteAfterDays: 30 },
    IsEncrypted: true,
  });
  expect(there.snapshot().recoveryPoints).toMatchObject([{ RecoveryPointArn: arn, Tags: { Team: 'web' } }]);
  const metadata = there.GetRecoveryPointRestoreMetadata({ BackupVaultName: 'recovery', RecoveryPointArn: arn });
  expect(metadata.RestoreMetadata).toMatchObject({ 'file-system-id': fileSystemId });
});

test.each([
  ['has none', undefined],
  ['never ends', { DeleteAfterDays: -1 }],
])('a copy whose lifecycle %s keeps that of its source', async (_what, Lifecycle) => {
  const [source] = world.recoveryPoints ?? [];
  const { here } = start({ recoveryPoints: source ? [{ ...source, Lifecycle: { DeleteAfterDays: 90 } }] : [] });

  const CopyJobId = here.StartCopyJob({ ...request, Lifecycle }).CopyJobId;
  await pass(2000);

  const job = here.DescribeCopyJob({ CopyJobId }).CopyJob;
  expect(job?.DestinationRecoveryPointLifecycle).toEqual({ DeleteAfterDays: 90 });
});

describe('A recovery point in cold storage', () => {
  const [source] = world.recoveryPoints ?? [];
  const cold = (CreationDate: string) => ({
    recoveryPoints: source ? [{ ...source, CreationDate, Lifecycle: { MoveToColdStorageAfterDays: 1 } }] : [],
  });
  const stateOf = ({ here }: ReturnType<typeof start>, CopyJobId: string | undefined) =>
    here.DescribeCopyJob({ CopyJobId }).CopyJob;

  test('is not copied: the job fails', async () => {
    const regions = start(cold('2026-11-19T22:00:00Z'));

    const { CopyJobId } = regions.here.StartCopyJob(request);
    await pass(2000);

    expect(stateOf(regions, CopyJobId)).toMatchObject({
      State: 'FAILED',
      StatusMessage: `Recovery point ${sourcePoint} is in cold storage.`,
    });
    expect(regions.there.ListRecoveryPointsByBackupVault({ BackupVaultName: 'recovery' }).RecoveryPoints).toEqual([]);
  });

  test('is not copied: the request is refused', () => {
    const { here } = start(cold('2026-11-19T22:00:00Z'), { 'backup.copyFromColdStorage': 'refused' });

    expect(() => here.StartCopyJob(request)).toThrow(
      new AwsError('InvalidRequestException', `Recovery point ${sourcePoint} is in cold storage.`),
    );
    expect(here.ListCopyJobs({}).CopyJobs).toEqual([]);
  });

  test('is copied as long as it is warm', async () => {
    const regions = start(cold('2026-11-19T22:01:00Z'), { 'backup.copyFromColdStorage': 'refused' });

    const { CopyJobId } = regions.here.StartCopyJob(request);
    await pass(2000);

    expect(stateOf(regions, CopyJobId)?.State).toBe('COMPLETED');
  });
});

test('the events come where the job runs, with the gaps of the samples', async () => {
  const { here } = start();

  const CopyJobId = here.StartCopyJob(request).CopyJobId;
  await pass(3000);

  const events = account.region().events.seen.filter(({ event }) => event['detail-type'] === 'Copy Job State Change');
  const [created, running, completed] = ['CREATED', 'RUNNING', 'COMPLETED'].map((state) =>
    detailsOf(events).find((detail) => detail.state === state),
  );
  expect(events.every(({ event }) => event.resources[0] === sourcePoint)).toBe(true);
  expect(created).not.toHaveProperty('copyJobId');
  expect(running).toMatchObject({ copyJobId: CopyJobId, destinationRecoveryPointArn: {}, backupSizeInBytes: 5e9 });
  expect(completed).toMatchObject({ destinationRecoveryPointArn: expect.stringContaining('recovery-point') });
  expect(
    detailsOf(account.region('eu-central-1').events.seen).filter(({ copyJobId }) => copyJobId === CopyJobId),
  ).toEqual([]);
});

test('a job declared FAILED fails with its message and leaves no copy', async () => {
  const { here, there } = start({
    recoveryPoints: world.recoveryPoints?.slice(0, 1),
    copyJobs: [{ Resource: fileSystemId, State: 'FAILED', StatusMessage: 'Out of luck' }],
  });

  const CopyJobId = here.StartCopyJob(request).CopyJobId;
  await pass(600);

  expect(here.DescribeCopyJob({ CopyJobId }).CopyJob).toMatchObject({ State: 'FAILED', StatusMessage: 'Out of luck' });
  expect(there.ListRecoveryPointsByBackupVault({ BackupVaultName: 'recovery' }).RecoveryPoints).toEqual([]);
});

test.each([
  ['shorter than the minimum', { MinRetentionDays: 30 }, { DeleteAfterDays: 7 }, 'minimum of 30 days'],
  ['longer than the maximum', { MaxRetentionDays: 30 }, { DeleteAfterDays: 60 }, 'maximum of 30 days'],
  ['without an end in spite of a maximum', { MaxRetentionDays: 30 }, undefined, 'maximum of 30 days'],
])('a locked vault fails a copy that is kept %s', async (_what, lock, Lifecycle, message) => {
  const { here, there } = start({
    vaults: [{ BackupVaultName: 'main' }, { BackupVaultName: 'recovery', Region: 'eu-central-1', ...lock }],
  });

  const CopyJobId = here.StartCopyJob({ ...request, Lifecycle }).CopyJobId;
  await pass(60);

  expect(here.DescribeCopyJob({ CopyJobId }).CopyJob).toMatchObject({
    State: 'FAILED',
    StatusMessage: expect.stringContaining(message),
  });
  expect(there.DescribeBackupVault({ BackupVaultName: 'recovery' })).toMatchObject({ Locked: true, ...lock });
});

test('a second copy and a backup of the resource wait until the first copy is over', async () => {
  const { here } = start();

  here.StartCopyJob(request);
  await pass(60);
  const CopyJobId = here.StartCopyJob(request).CopyJobId;
  const BackupJobId = here.StartBackupJob({
    BackupVaultName: 'main',
    ResourceArn: fileSystemArn,
    IamRoleArn,
  }).BackupJobId;
  await pass(1000);

  expect(here.DescribeCopyJob({ CopyJobId }).CopyJob?.State).toBe('CREATED');
  expect(here.DescribeBackupJob({ BackupJobId }).State).toBe('CREATED');
});

test('the same idempotency token gives the same job', async () => {
  const { here } = start();

  const first = here.StartCopyJob({ ...request, IdempotencyToken: 'run-1' });
  await pass(3000);
  const again = here.StartCopyJob({ ...request, IdempotencyToken: 'run-1' });

  expect(again).toEqual(first);
  expect(here.ListCopyJobs({ ByResourceArn: fileSystemArn }).CopyJobs).toHaveLength(1);
});

test('copy jobs are listed by destination, state and source', async () => {
  const { here } = start();
  const CopyJobId = here.StartCopyJob(request).CopyJobId;
  await pass(3000);

  const ids = (filter: object) => here.ListCopyJobs(filter).CopyJobs?.map((job) => job.CopyJobId);
  expect(ids({ ByDestinationVaultArn: recoveryVaultArn, ByState: 'COMPLETED' })).toEqual([CopyJobId]);
  expect(ids({ BySourceRecoveryPointArn: sourcePoint })).toEqual([CopyJobId]);
  expect(ids({ ByState: 'FAILED' })).toEqual([]);
});

test.each([
  ['a recovery point that does not exist', { RecoveryPointArn: `${sourcePoint}0` }, 'ResourceNotFoundException'],
  ['a source vault that does not exist', { SourceBackupVaultName: 'nowhere' }, 'ResourceNotFoundException'],
  ['a destination that is no ARN', { DestinationBackupVaultArn: 'recovery' }, 'InvalidParameterValueException'],
  [
    'a destination in a region that does not exist',
    { DestinationBackupVaultArn: recoveryVaultArn.replace('eu-central-1', 'eu-center-1') },
    'InvalidParameterValueException',
  ],
  [
    'a destination in a region that is not enabled',
    { DestinationBackupVaultArn: recoveryVaultArn.replace('eu-central-1', 'af-south-1') },
    'InvalidParameterValueException',
  ],
  ['the vault that it is in', { DestinationBackupVaultArn: homeVaultArn }, 'InvalidParameterValueException'],
  [
    'a role that AWS Backup cannot assume',
    { IamRoleArn: IamRoleArn.replace('Backup', 'Other') },
    'InvalidParameterValueException',
  ],
  ['no role', { IamRoleArn: undefined }, 'MissingParameterValueException'],
])('StartCopyJob refuses %s', (_what, change, code) => {
  const { here } = start();

  expect(() => here.StartCopyJob({ ...request, ...change })).toThrow(expect.objectContaining({ code }));
});

test.each([
  ['the destination vault does not exist', { DestinationBackupVaultArn: `${recoveryVaultArn}2` }, 'does not exist'],
  ['the role may not copy', { IamRoleArn: IamRoleArn.replace('Backup', 'Bare') }, 'Access Denied'],
  ['there is no such account', { DestinationBackupVaultArn: otherVaultArn }, 'Access Denied'],
])('a copy job fails when %s', async (_what, change, message) => {
  const { here } = start();

  const CopyJobId = here.StartCopyJob({ ...request, ...change }).CopyJobId;
  await pass(60);

  expect(here.DescribeCopyJob({ CopyJobId }).CopyJob).toMatchObject({
    State: 'FAILED',
    StatusMessage: expect.stringContaining(message),
  });
});

test.each([
  [true, 'COMPLETED'],
  [false, 'FAILED'],
])("another account's vault takes a copy when its policy lets this account in (%s): %s", async (hasPolicy, state) => {
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'backup:CopyIntoBackupVault',
      Resource: '*',
    },
  ];
  const AccessPolicy = hasPolicy ? { Version: '2012-10-17', Statement } : undefined;
  const { here } = start({
    otherAccounts: {
      [OTHER_ACCOUNT]: { vaults: [{ BackupVaultName: 'kept', Region: 'eu-central-1', AccessPolicy }] },
    },
  });

  const CopyJobId = here.StartCopyJob({ ...request, DestinationBackupVaultArn: otherVaultArn }).CopyJobId;
  await pass(3000);

  const owner = account.account(OTHER_ACCOUNT)?.region('eu-central-1').backup;
  expect(here.DescribeCopyJob({ CopyJobId }).CopyJob?.State).toBe(state);
  expect(owner?.ListRecoveryPointsByBackupVault({ BackupVaultName: 'kept' }).RecoveryPoints).toHaveLength(
    hasPolicy ? 1 : 0,
  );
});

test('a copy into a region that does not answer continues when it answers again', async () => {
  const { here } = start();

  const CopyJobId = here.StartCopyJob(request).CopyJobId;
  account.unreachableRegions.add('eu-central-1');
  await pass(7200);
  const during = here.DescribeCopyJob({ CopyJobId }).CopyJob?.State;
  account.unreachableRegions.clear();
  await pass(120);

  expect(during).toBe('RUNNING');
  expect(here.DescribeCopyJob({ CopyJobId }).CopyJob?.State).toBe('COMPLETED');
});

test('StartCopyJob needs the recovery point and iam:PassRole for AWS Backup', () => {
  const { here } = start();

  expect(here.access('StartCopyJob', request)).toEqual([
    { action: 'backup:StartCopyJob', resource: sourcePoint },
    { action: 'iam:PassRole', resource: IamRoleArn, context: { 'iam:PassedToService': 'backup.amazonaws.com' } },
  ]);
});

test('a file system is backed up over days, into a recovery point of AWS Backup with its tags and settings', async () => {
  const sixDays = 6 * 86_400;
  const { here } = start({ backupJobs: [{ Resource: fileSystemId, State: 'COMPLETED', DurationSeconds: sixDays }] });

  const { BackupJobId } = here.StartBackupJob({ BackupVaultName: 'main', ResourceArn: fileSystemArn, IamRoleArn });
  await pass(sixDays + 10);

  const { RecoveryPointArn = '', ...job } = here.DescribeBackupJob({ BackupJobId });
  expect(job).toMatchObject({ State: 'COMPLETED', ResourceType: 'EFS', BackupSizeInBytes: 5_000_000_000 });
  expect(RecoveryPointArn).toMatch(/^arn:aws:backup:eu-west-1:111122223333:recovery-point:[0-9a-f-]{36}$/);
  expect(here.snapshot().recoveryPoints).toContainEqual(
    expect.objectContaining({ RecoveryPointArn, Tags: { Team: 'web' } }),
  );
  const metadata = here.GetRecoveryPointRestoreMetadata({ BackupVaultName: 'main', RecoveryPointArn });
  // AWS tells no more than this of a file system.
  expect(Object.keys(metadata.RestoreMetadata ?? {})).toEqual(['file-system-id', 'aws:backup:request-id']);
});
