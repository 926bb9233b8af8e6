import type { PutRestoreValidationResultInput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutRestoreValidationResult.html */
export function PutRestoreValidationResult(
  this: BackupState,
  input: PutRestoreValidationResultInput,
): Record<string, never> {
  this.restoreJobs.putValidation(input);
  return {};
}
