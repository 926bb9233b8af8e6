import type { DescribeCopyJobInput, DescribeCopyJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function DescribeCopyJob(this: BackupState, input: DescribeCopyJobInput): DescribeCopyJobOutput {
  return this.copyJobs.describe(input);
}
