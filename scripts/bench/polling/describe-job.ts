import { BackupClient, DescribeBackupJobCommand } from '@aws-sdk/client-backup';

const backup = new BackupClient({});

/** One look at a backup job. */
export async function handler({ jobId }: { jobId: string }): Promise<{ jobId: string; isOver: boolean }> {
  const { State } = await backup.send(new DescribeBackupJobCommand({ BackupJobId: jobId }));
  return { jobId, isOver: !['CREATED', 'PENDING', 'RUNNING'].includes(State ?? '') };
}
