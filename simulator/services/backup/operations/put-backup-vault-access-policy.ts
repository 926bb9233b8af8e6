import type { PutBackupVaultAccessPolicyInput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultAccessPolicy.html */
export function PutBackupVaultAccessPolicy(
  this: BackupState,
  input: PutBackupVaultAccessPolicyInput,
): Record<string, never> {
  return this.vaults.putAccessPolicy(input);
}
