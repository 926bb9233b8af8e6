import type { GetBackupVaultAccessPolicyInput, GetBackupVaultAccessPolicyOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function GetBackupVaultAccessPolicy(
  this: BackupState,
  input: GetBackupVaultAccessPolicyInput,
): GetBackupVaultAccessPolicyOutput {
  return this.vaults.accessPolicy(input.BackupVaultName ?? '');
}
