import type { GetBackupVaultAccessPolicyInput, GetBackupVaultAccessPolicyOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetBackupVaultAccessPolicy.html */
export function GetBackupVaultAccessPolicy(
  this: BackupState,
  input: GetBackupVaultAccessPolicyInput,
): GetBackupVaultAccessPolicyOutput {
  return this.vaults.accessPolicy(input.BackupVaultName ?? '');
}
