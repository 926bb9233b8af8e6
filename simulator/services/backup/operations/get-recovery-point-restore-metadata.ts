import type {
  GetRecoveryPointRestoreMetadataInput,
  GetRecoveryPointRestoreMetadataOutput,
} from '@aws-sdk/client-backup';
import { requireSupported } from '../../../supported-parameters';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetRecoveryPointRestoreMetadata.html */
export function GetRecoveryPointRestoreMetadata(
  this: BackupState,
  input: GetRecoveryPointRestoreMetadataInput,
): GetRecoveryPointRestoreMetadataOutput {
  requireSupported('backup:GetRecoveryPointRestoreMetadata', input, ['BackupVaultName', 'RecoveryPointArn']);
  const vaultName = input.BackupVaultName ?? '';
  this.vaults.require(vaultName);
  const { arn, restoreMetadata, resourceType } = this.recoveryPoints.find(vaultName, input.RecoveryPointArn ?? '');
  return {
    BackupVaultArn: this.vaults.arn(vaultName),
    RecoveryPointArn: arn,
    RestoreMetadata: { ...restoreMetadata },
    ResourceType: resourceType,
  };
}
