import type { GetRestoreJobMetadataInput, GetRestoreJobMetadataOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetRestoreJobMetadata.html */
export function GetRestoreJobMetadata(
  this: BackupState,
  input: GetRestoreJobMetadataInput,
): GetRestoreJobMetadataOutput {
  return this.restoreJobs.metadata(input);
}
