import type { CreateRestoreTestingSelectionInput, CreateRestoreTestingSelectionOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateRestoreTestingSelection.html */
export function CreateRestoreTestingSelection(
  this: BackupState,
  input: CreateRestoreTestingSelectionInput,
): CreateRestoreTestingSelectionOutput {
  return this.restoreTesting.createSelection(input);
}
