import type { DescribeBackupVaultCommandOutput } from '@aws-sdk/client-backup';

/**
 * What a locked vault has against a recovery point that is kept for so many days (AWS Backup, "Vault Lock"); none, or -1,
 * is for ever. Returns what is wrong.
 */
export function checkVaultLock(vault: DescribeBackupVaultCommandOutput, deleteAfterDays: number | undefined): string[] {
  const { BackupVaultName: name, MinRetentionDays: min, MaxRetentionDays: max } = vault;
  const days = deleteAfterDays === -1 ? undefined : deleteAfterDays;
  const kept = days === undefined ? 'it would be kept for ever' : `it would be kept for ${days}`;
  if (min !== undefined && days !== undefined && days < min)
    return [`Lifecycle: the lock of the vault ${name} wants at least ${min} days, and ${kept}; give a DeleteAfterDays`];
  if (max !== undefined && (days === undefined || days > max))
    return [`Lifecycle: the lock of the vault ${name} allows at most ${max} days, and ${kept}; give a DeleteAfterDays`];
  return [];
}
