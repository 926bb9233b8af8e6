import type { PutBackupVaultAccessPolicyInput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function PutBackupVaultAccessPolicy(
  this: BackupState,
  input: PutBackupVaultAccessPolicyInput,
): Record<string, never> {
  return this.vaults.putAccessPolicy(input);
}
