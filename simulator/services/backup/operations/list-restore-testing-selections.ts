import type { ListRestoreTestingSelectionsInput, ListRestoreTestingSelectionsOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListRestoreTestingSelections.html */
export function ListRestoreTestingSelections(
  this: BackupState,
  input: ListRestoreTestingSelectionsInput,
): ListRestoreTestingSelectionsOutput {
  return this.restoreTesting.listSelections(input);
}
