import type { ListCopyJobsInput, ListCopyJobsOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListCopyJobs.html */
export function ListCopyJobs(this: BackupState, input: ListCopyJobsInput): ListCopyJobsOutput {
  return this.copyJobs.list(input);
}
