import type { ListRestoreJobsInput, ListRestoreJobsOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function ListRestoreJobs(this: BackupState, input: ListRestoreJobsInput): ListRestoreJobsOutput {
  return this.restoreJobs.list(input);
}
