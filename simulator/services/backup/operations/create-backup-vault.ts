import type { CreateBackupVaultInput, CreateBackupVaultOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html */
export function CreateBackupVault(this: BackupState, input: CreateBackupVaultInput): CreateBackupVaultOutput {
  return this.vaults.create(input);
}
