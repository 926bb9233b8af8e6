import type { DescribeCopyJobInput, DescribeCopyJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeCopyJob.html */
export function DescribeCopyJob(this: BackupState, input: DescribeCopyJobInput): DescribeCopyJobOutput {
  return this.copyJobs.describe(input);
}
