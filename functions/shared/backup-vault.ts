import {
  type BackupClient,
  DescribeBackupVaultCommand,
  type DescribeBackupVaultCommandOutput,
} from '@aws-sdk/client-backup';
import { hasName } from './error-name';
import type { Findings } from './findings';
import { missingRight } from './missing-right';

/** The kinds of vault that take the result of a job (API_DescribeBackupVault VaultType). */
const TYPES_FOR: Record<'backup' | 'copy', string[]> = {
  // A backup job names a standard vault; copies may also go into an air-gapped one.
  backup: ['BACKUP_VAULT'],
  copy: ['BACKUP_VAULT', 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT'],
};

/** A vault, or what keeps it from being seen: that it is not there, or that it is not known. */
interface Look extends Findings {
  vault?: DescribeBackupVaultCommandOutput;
}

/**
 * Looks at a vault. A missing right to look is a warning: the vault may well exist. Other errors than AWS Backup's own
 * are thrown, e.g. of a role that cannot be assumed. Reads only.
 */
export async function lookAtVault(backup: BackupClient, name: string, region: string, key: string): Promise<Look> {
  try {
    const vault = await backup.send(new DescribeBackupVaultCommand({ BackupVaultName: name }));
    return { vault, problems: [], warnings: [] };
  } catch (error) {
    const { message } = error as Error;
    const right = hasName(error, 'AccessDeniedException') && missingRight(error);
    if (right) {
      const warning = `${key}: the vault ${name} could not be looked at without ${right} (${message})`;
      return { problems: [], warnings: [warning] };
    }
    // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
    if (!hasName(error, 'ResourceNotFoundException', 'AccessDeniedException')) throw error;
    const problem = `${key}: there is no backup vault ${name} in ${region} that may be used (${message})`;
    return { problems: [problem], warnings: [] };
  }
}

/**
 * Checks whether a vault takes a new recovery point with this retention in days (none, or -1: it never expires): its
 * type, its state and its lock. Returns what is wrong, each with the input's key in front. An absent type or state is
 * unknown and no obstacle. Reads nothing.
 * AWS: API_DescribeBackupVault; AWS Backup guide, "AWS Backup Vault Lock" and "Logically air-gapped vault".
 */
export function checkVault(
  vault: DescribeBackupVaultCommandOutput,
  deleteAfterDays: number | undefined,
  use: 'backup' | 'copy',
  keys: { vault: string; lifecycle: string },
): string[] {
  const { BackupVaultName: name, VaultType, VaultState } = vault;
  const problems: string[] = [];
  if (VaultType && !TYPES_FOR[use].includes(VaultType))
    problems.push(
      `${keys.vault}: the vault ${name} is a ${VaultType}, which takes no ${use} job; give a standard backup vault`,
    );
  if (VaultState && VaultState !== 'AVAILABLE')
    problems.push(`${keys.vault}: the vault ${name} is ${VaultState}; it takes no ${use} job until it is AVAILABLE`);
  return [...problems, ...checkLock(vault, deleteAfterDays).map((problem) => `${keys.lifecycle}: ${problem}`)];
}

function checkLock(vault: DescribeBackupVaultCommandOutput, deleteAfterDays: number | undefined): string[] {
  const { BackupVaultName: name, MinRetentionDays: min, MaxRetentionDays: max } = vault;
  const days = deleteAfterDays === -1 ? undefined : deleteAfterDays;
  const kept = days === undefined ? 'it would never expire' : `it would be kept for ${days} days`;
  if (min !== undefined && days !== undefined && days < min)
    return [`the lock of the vault ${name} wants at least ${min} days, and ${kept}; give a DeleteAfterDays`];
  if (max !== undefined && (days === undefined || days > max))
    return [`the lock of the vault ${name} allows at most ${max} days, and ${kept}; give a DeleteAfterDays`];
  return [];
}
