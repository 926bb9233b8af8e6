import type { PutBackupVaultLockConfigurationInput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function PutBackupVaultLockConfiguration(
  this: BackupState,
  input: PutBackupVaultLockConfigurationInput,
): Record<string, never> {
  return this.vaults.putLock(input);
}
