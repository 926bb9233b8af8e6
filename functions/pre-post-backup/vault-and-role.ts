import { checkBackupRole, checkRoleRights } from '../shared/backup-role';
import { checkVault, lookAtVault } from '../shared/backup-vault';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { type Findings, joinFindings } from '../shared/findings';
import { checkServiceOptIn } from '../shared/service-opt-in';
import type { Lookup } from './input';

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
const KEYS = { vault: 'BackupDetails.BackupVaultName', lifecycle: 'BackupDetails.Lifecycle' };
/** Without it AWS Backup cannot make the AMI that is an instance's recovery point. */
const BACKUP_ACTIONS = ['ec2:CreateImage'];

/**
 * Checks everything that AWS Backup needs for a job: the service opt-in, the vault with its lock, the role with its trust
 * and its rights on an instance. Reads only.
 */
export async function checkVaultAndRole(
  { vaultName, roleArn, deleteAfterDays }: Lookup,
  instanceId: string | undefined,
): Promise<Findings> {
  return joinFindings(
    await checkServiceOptIn(backupIn(REGION), 'EC2', REGION),
    vaultName ? await checkItsVault(vaultName, deleteAfterDays) : {},
    roleArn ? await lookAtRole(roleArn, instanceId) : {},
  );
}

async function checkItsVault(name: string, deleteAfterDays: number | undefined): Promise<Partial<Findings>> {
  const { vault, ...look } = await lookAtVault(backupIn(REGION), name, REGION, KEYS.vault);
  return vault ? { problems: checkVault(vault, deleteAfterDays, 'backup', KEYS) } : look;
}

async function lookAtRole(roleArn: string, instanceId: string | undefined): Promise<Partial<Findings>> {
  const found = await checkBackupRole('BackupDetails.IamRoleArn', roleArn);
  if (found.problems || found.warnings || !instanceId) return found;
  const instanceArn = `arn:${PARTITION}:ec2:${REGION}:${ACCOUNT_ID}:instance/${instanceId}`;
  return checkRoleRights('BackupDetails.IamRoleArn', roleArn, BACKUP_ACTIONS, instanceArn);
}
