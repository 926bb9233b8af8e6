import type { ListRestoreJobsInput, ListRestoreJobsOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListRestoreJobs.html */
export function ListRestoreJobs(this: BackupState, input: ListRestoreJobsInput): ListRestoreJobsOutput {
  return this.restoreJobs.list(input);
}
