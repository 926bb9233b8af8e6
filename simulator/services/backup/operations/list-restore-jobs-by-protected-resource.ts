import type {
  ListRestoreJobsByProtectedResourceInput,
  ListRestoreJobsByProtectedResourceOutput,
} from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListRestoreJobsByProtectedResource.html */
export function ListRestoreJobsByProtectedResource(
  this: BackupState,
  input: ListRestoreJobsByProtectedResourceInput,
): ListRestoreJobsByProtectedResourceOutput {
  return this.restoreJobs.listByResource(input);
}
