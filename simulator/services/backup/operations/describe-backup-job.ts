import type { DescribeBackupJobInput, DescribeBackupJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeBackupJob.html */
export function DescribeBackupJob(this: BackupState, input: DescribeBackupJobInput): DescribeBackupJobOutput {
  return this.find(input.BackupJobId).describe();
}
