import { type BackupClient, GetBackupVaultAccessPolicyCommand } from '@aws-sdk/client-backup';
import { hasName } from '../shared/error-name';
import { describeError, throwIfEarly } from '../shared/task';

/**
 * The vault of EFS's automatic backups. AWS reserves it for them, and the access policy that it gives it denies
 * StartCopyJob and StartRestoreJob to everyone (EFS user guide, "Automatic backups"; AWS Backup guide, "Amazon EFS").
 */
export const AUTOMATIC_VAULT = 'aws/efs/automatic-backup-vault';

interface Statement {
  Effect?: string;
  Principal?: unknown;
  Action?: string | string[];
  Condition?: unknown;
}

/** What a vault's access policy says about an action: a problem when it denies it to everyone; a warning when it is not known. */
export interface VaultVerdict {
  problem?: string;
  warning?: string;
}

/** Reads a vault's access policy. Reads only; a policy that may not be read is never taken for one that denies. */
export async function checkVaultPolicy(
  backup: BackupClient,
  vaultName: string,
  action: 'StartCopyJob' | 'StartRestoreJob',
): Promise<VaultVerdict> {
  const verb = action === 'StartCopyJob' ? 'copied' : 'restored';
  try {
    const { Policy } = await backup.send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName: vaultName }));
    if (!deniesEveryone(Policy ?? '{}', `backup:${action}`)) return {};
    const whose = vaultName === AUTOMATIC_VAULT ? ', as AWS made it,' : '';
    return {
      problem: `the access policy of the vault ${vaultName}${whose} denies ${action}, so its recovery points cannot be ${verb}; change the policy, or back up into a vault of your own`,
    };
  } catch (error) {
    throwIfEarly(error);
    // No policy: nothing is denied.
    if (hasName(error, 'ResourceNotFoundException') || vaultName !== AUTOMATIC_VAULT) return {};
    return {
      warning: `the access policy of the vault ${vaultName} could not be read (${describeError(error)}); the one that AWS gives it denies ${action}`,
    };
  }
}

function deniesEveryone(policy: string, action: string): boolean {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  return [Statement].flat().some(({ Effect, Principal, Action = [], Condition }) => {
    const everyone = Principal === '*' || (Principal as { AWS?: unknown } | undefined)?.AWS === '*';
    return Effect === 'Deny' && everyone && !Condition && [Action].flat().some((pattern) => matches(pattern, action));
  });
}

function matches(pattern: string, action: string): boolean {
  const [start = '', ...rest] = pattern.toLowerCase().split('*');
  return rest.length === 0 ? start === action.toLowerCase() : action.toLowerCase().startsWith(start);
}
