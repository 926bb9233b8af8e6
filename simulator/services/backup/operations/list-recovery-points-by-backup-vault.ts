import type {
  ListRecoveryPointsByBackupVaultInput,
  ListRecoveryPointsByBackupVaultOutput,
} from '@aws-sdk/client-backup';
import { requireSupported } from '../../../supported-parameters';
import { pageOf } from '../page-size';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListRecoveryPointsByBackupVault.html */
export function ListRecoveryPointsByBackupVault(
  this: BackupState,
  input: ListRecoveryPointsByBackupVaultInput,
): ListRecoveryPointsByBackupVaultOutput {
  requireSupported('backup:ListRecoveryPointsByBackupVault', input, [
    'BackupVaultName',
    'NextToken',
    'MaxResults',
    'ByResourceArn',
    'ByResourceType',
    'ByCreatedBefore',
    'ByCreatedAfter',
  ]);
  this.vaults.require(input.BackupVaultName ?? '');
  const points = this.recoveryPoints
    .seen()
    .filter(
      (point) =>
        point.vaultName === input.BackupVaultName &&
        (!input.ByResourceArn || point.resourceArn === input.ByResourceArn) &&
        (!input.ByResourceType || point.resourceType === input.ByResourceType) &&
        (!input.ByCreatedBefore || point.createdAt < input.ByCreatedBefore) &&
        (!input.ByCreatedAfter || point.createdAt > input.ByCreatedAfter),
    );
  const { items, nextToken } = pageOf(points, input);
  return { RecoveryPoints: items.map((point) => this.recoveryPoints.byVault(point)), NextToken: nextToken };
}
