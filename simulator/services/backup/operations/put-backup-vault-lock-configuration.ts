import type { PutBackupVaultLockConfigurationInput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html */
export function PutBackupVaultLockConfiguration(
  this: BackupState,
  input: PutBackupVaultLockConfigurationInput,
): Record<string, never> {
  return this.vaults.putLock(input);
}
