import type { DescribeBackupJobInput, DescribeBackupJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function DescribeBackupJob(this: BackupState, input: DescribeBackupJobInput): DescribeBackupJobOutput {
  return this.find(input.BackupJobId).describe();
}
