import { DescribeBackupVaultCommand, type DescribeBackupVaultCommandOutput } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { describeError } from '../shared/task';
import type { RecoverySettings } from './input';
import { isNoAnswer } from './no-answer';
import { callerAccount } from './recovery-points';

const NOT_ENABLED = ['UnrecognizedClientException', 'InvalidClientTokenId', 'OptInRequired'];

/** Checks the destination's region, its vault and the vault's lock. Returns what is wrong; reads only. */
export async function checkDestinationVault(settings: RecoverySettings): Promise<string[]> {
  const [, , , region, accountId, , name = ''] = settings.BackupVaultDestinationArn.split(':');
  // Another account's vault cannot be described from here; StartCopyJob will say what is wrong with it.
  if (accountId !== callerAccount(settings)) return [];
  try {
    const vault = await backupIn(region ?? '', settings.AutomationAssumeRole).send(
      new DescribeBackupVaultCommand({ BackupVaultName: name }),
    );
    return checkLock(vault, settings);
  } catch (error) {
    const errorName = (error as Error).name;
    const code = (error as { code?: string }).code ?? '';
    if (NOT_ENABLED.includes(errorName)) return [`DestinationRegionName: ${region} is not enabled in this account`];
    if (code === 'ENOTFOUND') return [`DestinationRegionName: there is no region ${region}`];
    if (isNoAnswer(error)) return [`DestinationRegionName: ${region} does not answer (${describeError(error)})`];
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes(errorName)) throw error;
    return [
      `BackupVaultDestinationArn: there is no backup vault ${name} in ${region} that may be used (${(error as Error).message})`,
    ];
  }
}

/** A locked vault refuses copies that are kept for less or longer than it says (AWS Backup, "Vault Lock"). */
function checkLock(vault: DescribeBackupVaultCommandOutput, settings: RecoverySettings): string[] {
  const { MinRetentionDays: min, MaxRetentionDays: max } = vault;
  const days = settings.Lifecycle?.DeleteAfterDays;
  if (min !== undefined && days !== undefined && days < min)
    return [`Lifecycle: the destination vault's lock wants at least ${min} days, DeleteAfterDays is ${days}`];
  if (max !== undefined && (days === undefined || days > max))
    return [`Lifecycle: the destination vault's lock allows at most ${max} days; give a DeleteAfterDays up to that`];
  return [];
}
