import type { DescribeBackupVaultInput, DescribeBackupVaultOutput } from '@aws-sdk/client-backup';
import { requireSupported } from '../../../supported-parameters';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeBackupVault.html */
export function DescribeBackupVault(this: BackupState, input: DescribeBackupVaultInput): DescribeBackupVaultOutput {
  requireSupported('backup:DescribeBackupVault', input, ['BackupVaultName']);
  return this.vaults.describe(input.BackupVaultName ?? '');
}
