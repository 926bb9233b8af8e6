import type { GetRestoreTestingSelectionInput, GetRestoreTestingSelectionOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetRestoreTestingSelection.html */
export function GetRestoreTestingSelection(
  this: BackupState,
  input: GetRestoreTestingSelectionInput,
): GetRestoreTestingSelectionOutput {
  return this.restoreTesting.getSelection(input);
}
