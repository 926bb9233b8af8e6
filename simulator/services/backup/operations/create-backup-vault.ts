import type { CreateBackupVaultInput, CreateBackupVaultOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function CreateBackupVault(this: BackupState, input: CreateBackupVaultInput): CreateBackupVaultOutput {
  return this.vaults.create(input);
}
