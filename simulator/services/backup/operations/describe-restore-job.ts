import type { DescribeRestoreJobInput, DescribeRestoreJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeRestoreJob.html */
export function DescribeRestoreJob(this: BackupState, input: DescribeRestoreJobInput): DescribeRestoreJobOutput {
  return this.restoreJobs.describe(input);
}
