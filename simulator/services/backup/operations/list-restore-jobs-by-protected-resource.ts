import type {
  ListRestoreJobsByProtectedResourceInput,
  ListRestoreJobsByProtectedResourceOutput,
} from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function ListRestoreJobsByProtectedResource(
  this: BackupState,
  input: ListRestoreJobsByProtectedResourceInput,
): ListRestoreJobsByProtectedResourceOutput {
  return this.restoreJobs.listByResource(input);
}
