import type { DescribeBackupVaultCommandOutput } from '@aws-sdk/client-backup';

/**
 * Checks a recovery point's retention in days against the vault's lock (AWS Backup, "Vault Lock"). No days, or -1, means
 * that it never expires. Returns the problems.
 */
export function checkVaultLock(vault: DescribeBackupVaultCommandOutput, deleteAfterDays: number | undefined): string[] {
  const { BackupVaultName: name, MinRetentionDays: min, MaxRetentionDays: max } = vault;
  const days = deleteAfterDays === -1 ? undefined : deleteAfterDays;
  const kept = days === undefined ? 'it would never expire' : `it would be kept for ${days} days`;
  if (min !== undefined && days !== undefined && days < min)
    return [`Lifecycle: the lock of the vault ${name} wants at least ${min} days, and ${kept}; give a DeleteAfterDays`];
  if (max !== undefined && (days === undefined || days > max))
    return [`Lifecycle: the lock of the vault ${name} allows at most ${max} days, and ${kept}; give a DeleteAfterDays`];
  return [];
}
