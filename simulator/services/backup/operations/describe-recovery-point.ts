import type { DescribeRecoveryPointInput, DescribeRecoveryPointOutput } from '@aws-sdk/client-backup';
import { requireSupported } from '../../../supported-parameters';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeRecoveryPoint.html */
export function DescribeRecoveryPoint(
  this: BackupState,
  input: DescribeRecoveryPointInput,
): DescribeRecoveryPointOutput {
  requireSupported('backup:DescribeRecoveryPoint', input, ['BackupVaultName', 'RecoveryPointArn']);
  this.vaults.require(input.BackupVaultName ?? '');
  return this.recoveryPoints.describe(
    this.recoveryPoints.find(input.BackupVaultName ?? '', input.RecoveryPointArn ?? ''),
  );
}
