import type { ListRestoreTestingPlansInput, ListRestoreTestingPlansOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListRestoreTestingPlans.html */
export function ListRestoreTestingPlans(
  this: BackupState,
  input: ListRestoreTestingPlansInput,
): ListRestoreTestingPlansOutput {
  return this.restoreTesting.listPlans(input);
}
