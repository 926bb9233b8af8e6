import type {
  GetRestoreTestingInferredMetadataInput,
  GetRestoreTestingInferredMetadataOutput,
} from '@aws-sdk/client-backup';
import { requireSupported } from '../../../supported-parameters';
import { inferredMetadata } from '../restore-test-metadata';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetRestoreTestingInferredMetadata.html */
export function GetRestoreTestingInferredMetadata(
  this: BackupState,
  input: GetRestoreTestingInferredMetadataInput,
): GetRestoreTestingInferredMetadataOutput {
  requireSupported('backup:GetRestoreTestingInferredMetadata', input, ['BackupVaultName', 'RecoveryPointArn']);
  const source = this.recoveryPoints.find(input.BackupVaultName ?? '', input.RecoveryPointArn ?? '');
  return { InferredMetadata: inferredMetadata(this.region, source) };
}
