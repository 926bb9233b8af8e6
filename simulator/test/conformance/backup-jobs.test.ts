import {
  BackupClient,
  CreateBackupVaultCommand,
  DescribeBackupJobCommand,
  DescribeRecoveryPointCommand,
  GetRecoveryPointRestoreMetadataCommand,
  StartBackupJobCommand,
  StopBackupJobCommand,
} from '@aws-sdk/client-backup';
import { CreateFileSystemCommand, DescribeFileSystemsCommand, EFSClient } from '@aws-sdk/client-efs';
import { type Aws, conformance } from './harness';

const BackupVaultName = 'conformance';
const ROLE = 'AWSBackupDefaultServiceRole';

/** An available file system, and what a backup of it needs. */
async function backupRequest(aws: Aws) {
  const efs = aws.client(EFSClient);
  const created = await efs.send(new CreateFileSystemCommand({ CreationToken: 'backed-up', Encrypted: true }));
  const { FileSystemId, FileSystemArn: ResourceArn, OwnerId } = created;
  await aws.eventually(async () => {
    const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId }));
    return FileSystems?.[0]?.LifeCycleState === 'available';
  });
  // In AWS it is there, under its path, once somebody has opened AWS Backup's console.
  const path = aws.implementation === 'aws' ? 'service-role/' : '';
  const ofAccount = `arn:aws:iam::${OwnerId}:role/${path}${ROLE}`;
  return { BackupVaultName, ResourceArn, IamRoleArn: process.env.CONFORMANCE_BACKUP_ROLE ?? ofAccount };
}

const jobOf = (aws: Aws, BackupJobId: string | undefined) =>
  aws.client(BackupClient).send(new DescribeBackupJobCommand({ BackupJobId }));

conformance(
  'AWS Backup jobs',
  (behaves) => {
    behaves('a backup job comes to COMPLETED, and its recovery point says what it was made of', async (aws) => {
      const backup = aws.client(BackupClient);
      const request = await backupRequest(aws);

      const { BackupJobId } = await backup.send(new StartBackupJobCommand(request));
      const job = await aws.eventually(async () => {
        const seen = await jobOf(aws, BackupJobId);
        return seen.State === 'COMPLETED' && seen;
      });

      const { RecoveryPointArn } = job;
      expect(job).toMatchObject({ ...request, PercentDone: '100.0', ResourceType: 'EFS' });
      const point = await backup.send(new DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }));
      expect(point).toMatchObject({ Status: 'COMPLETED', ResourceArn: request.ResourceArn });
      const asked = new GetRecoveryPointRestoreMetadataCommand({ BackupVaultName, RecoveryPointArn });
      const { RestoreMetadata } = await backup.send(asked);
      expect(RestoreMetadata).toHaveProperty('file-system-id');
    });

    behaves('a token that is used again names the same job', async (aws) => {
      const backup = aws.client(BackupClient);
      const request = { ...(await backupRequest(aws)), IdempotencyToken: 'conformance-token' };

      const first = await backup.send(new StartBackupJobCommand(request));
      const second = await backup.send(new StartBackupJobCommand(request));

      expect(second.BackupJobId).toBe(first.BackupJobId);
      await aws.eventually(async () => (await jobOf(aws, first.BackupJobId)).State === 'COMPLETED');
    });

    behaves('a job that is stopped comes to ABORTED', async (aws) => {
      const backup = aws.client(BackupClient);
      const { BackupJobId } = await backup.send(new StartBackupJobCommand(await backupRequest(aws)));

      await aws.eventually(async () => ['CREATED', 'RUNNING'].includes((await jobOf(aws, BackupJobId)).State ?? ''));
      await backup.send(new StopBackupJobCommand({ BackupJobId }));

      expect(await aws.eventually(async () => (await jobOf(aws, BackupJobId)).State === 'ABORTED')).toBe(true);
    });
  },
  {
    notInMoto: 'its jobs are COMPLETED at once, or do not exist',
    simulator: (account) => {
      const { backup, iam } = account.region();
      backup.load({ vaults: [{ BackupVaultName }] });
      const policy = 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup';
      iam.load({
        roles: [{ RoleName: ROLE, TrustedServices: ['backup.amazonaws.com'], ManagedPolicies: [policy] }],
      });
    },
    aws: async (aws) => {
      await aws.client(BackupClient).send(new CreateBackupVaultCommand({ BackupVaultName }));
    },
  },
);
