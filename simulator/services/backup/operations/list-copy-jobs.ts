import type { ListCopyJobsInput, ListCopyJobsOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function ListCopyJobs(this: BackupState, input: ListCopyJobsInput): ListCopyJobsOutput {
  return this.copyJobs.list(input);
}
