import * as backupPackage from '@aws-sdk/client-backup';
import * as efsPackage from '@aws-sdk/client-efs';
import { AwsError, SimulatorError } from '../../../errors';
import { wired, withoutMetadata } from './round-trip';

const { BackupClient } = backupPackage;
const { EFSClient } = efsPackage;

it('reads a body with nested maps, lists, dates and any character', async () => {
  const { client, received } = wired(backupPackage, BackupClient);
  const input = {
    BackupVaultName: 'nightly',
    ResourceArn: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
    IamRoleArn: 'arn:aws:iam::111122223333:role/service-role/backup',
    IdempotencyToken: 'run-1',
    StartWindowMinutes: 60,
    Lifecycle: { DeleteAfterDays: 7, MoveToColdStorageAfterDays: undefined },
    RecoveryPointTags: { Größe: 'Ü & <b> "x" 😀', leer: '' },
    BackupOptions: { WindowsVSS: 'enabled' },
  };

  await client.send(new backupPackage.StartBackupJobCommand(input));

  expect(received).toEqual([{ operation: 'StartBackupJob', input: { ...input, Lifecycle: { DeleteAfterDays: 7 } } }]);
});

it('reads labels of the path, with characters that a path has to escape', async () => {
  const { client, received } = wired(backupPackage, BackupClient);
  const input = {
    BackupVaultName: 'nightly',
    RecoveryPointArn: 'arn:aws:ec2:eu-west-1::image/ami-1 ü/100%',
  };

  await client.send(new backupPackage.DescribeRecoveryPointCommand(input));

  expect(received).toEqual([{ operation: 'DescribeRecoveryPoint', input }]);
});

it('tells a literal path from one with a label', async () => {
  const { client, received } = wired(backupPackage, BackupClient);

  await client.send(new backupPackage.ListBackupJobSummariesCommand({}));
  await client.send(new backupPackage.DescribeBackupJobCommand({ BackupJobId: 'job-1' }));
  await client.send(new backupPackage.ListBackupJobsCommand({}));

  expect(received).toEqual([
    { operation: 'ListBackupJobSummaries', input: {} },
    { operation: 'DescribeBackupJob', input: { BackupJobId: 'job-1' } },
    { operation: 'ListBackupJobs', input: {} },
  ]);
});

it('reads query parameters in their types', async () => {
  const { client, received } = wired(backupPackage, BackupClient);
  const input = {
    ByState: 'RUNNING' as const,
    ByResourceArn: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
    ByCreatedAfter: new Date('2026-11-20T22:00:00Z'),
    MaxResults: 20,
    NextToken: 'a+b/c=',
  };

  await client.send(new backupPackage.ListBackupJobsCommand(input));

  expect(received[0]?.input).toEqual(input);
});

it('reads a list and a label from one address', async () => {
  const { client, received } = wired(efsPackage, EFSClient);
  const input = { ResourceId: 'fs-1', TagKeys: ['a', 'b c'] };

  await client.send(new efsPackage.UntagResourceCommand(input));

  expect(received).toEqual([{ operation: 'UntagResource', input }]);
});

it('writes dates, numbers, nested structures and any character', async () => {
  const answer = {
    BackupJobId: 'job-1',
    State: 'RUNNING',
    PercentDone: '12.5',
    BackupSizeInBytes: 8_589_934_592,
    CreationDate: new Date('2026-11-20T22:00:00.123Z'),
    CreatedBy: { BackupPlanId: 'plan-1' },
    BackupOptions: { WindowsVSS: 'enabled' },
    StatusMessage: 'Zeile 1\nZeile 2 "Ü" 😀',
    IsParent: false,
  };
  const { client } = wired(backupPackage, BackupClient, answer);

  const output = await client.send(new backupPackage.DescribeBackupJobCommand({ BackupJobId: 'job-1' }));

  expect(withoutMetadata(output)).toEqual(answer);
  expect(output.$metadata).toMatchObject({ httpStatusCode: 200, requestId: 'request-1' });
});

it('answers with the status that the operation has', async () => {
  const { client } = wired(efsPackage, EFSClient, { FileSystemId: 'fs-1' });

  const output = await client.send(new efsPackage.CreateFileSystemCommand({ CreationToken: 'x' }));

  expect(output).toMatchObject({ FileSystemId: 'fs-1', $metadata: { httpStatusCode: 201 } });
});

it('writes an error with its members', async () => {
  const members = { Code: 'ERROR_1', Type: 'Client', Context: 'the vault' };
  const error = new AwsError('ResourceNotFoundException', 'Kein Ü', 404, members);
  const { client } = wired(backupPackage, BackupClient, error);

  const asking = client.send(new backupPackage.DescribeBackupJobCommand({ BackupJobId: 'job-1' }));

  await expect(asking).rejects.toBeInstanceOf(backupPackage.ResourceNotFoundException);
  await expect(asking).rejects.toMatchObject({ message: 'Kein Ü', ...members, $metadata: { httpStatusCode: 404 } });
});

it('does not know a path that no operation has', async () => {
  const { client } = wired(efsPackage, EFSClient);
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { path: string }).path = '/none';
      return next(args);
    },
    { step: 'finalizeRequest' },
  );

  const asking = client.send(new efsPackage.DescribeFileSystemsCommand({}));

  await expect(asking).rejects.toThrow(SimulatorError);
});
