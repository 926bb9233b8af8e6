import type { DescribeRestoreJobInput, DescribeRestoreJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function DescribeRestoreJob(this: BackupState, input: DescribeRestoreJobInput): DescribeRestoreJobOutput {
  return this.restoreJobs.describe(input);
}
