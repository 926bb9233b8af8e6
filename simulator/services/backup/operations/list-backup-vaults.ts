import type { ListBackupVaultsInput, ListBackupVaultsOutput } from '@aws-sdk/client-backup';
import { requireSupported } from '../../../supported-parameters';
import { pageOf } from '../page-size';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupVaults.html */
export function ListBackupVaults(this: BackupState, input: ListBackupVaultsInput): ListBackupVaultsOutput {
  requireSupported('backup:ListBackupVaults', input, ['NextToken', 'MaxResults']);
  const { items, nextToken } = pageOf(this.vaults.names(), input);
  return { BackupVaultList: items.map((name) => this.vaults.describe(name)), NextToken: nextToken };
}
