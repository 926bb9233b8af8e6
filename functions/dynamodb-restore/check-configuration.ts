import { DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { paginateListAttachedRolePolicies } from '@aws-sdk/client-iam';
import { checkBackupRole } from '../shared/backup-role';
import { backupIn } from '../shared/clients/backup';
import { iam } from '../shared/clients/iam';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import type { SwapSettings } from './input';

interface Input {
  problems: string[];
  settings?: SwapSettings;
}

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const DEFAULT_VAULT = requireEnv('BACKUP_VAULT_NAME');
const RESTORE_ROLE_ARN = requireEnv('RESTORE_ROLE_ARN');
const RESTORE_POLICY = 'AWSBackupServiceRolePolicyForRestores';

/**
 * Checks what is set up once and easily forgotten: the account is the one that is meant, and for recovery points the
 * vault and the role with its restore policy. Adds to the problems found so far; reads only.
 */
export const handler = task(async ({ settings, problems }: Input): Promise<{ problems: string[] }> => {
  if (!settings) return { problems };
  const { ExpectedAccountId, Source } = settings;
  const found = [...problems];
  if (ExpectedAccountId !== undefined && ExpectedAccountId !== ACCOUNT_ID) {
    found.push(`ExpectedAccountId: this is the account ${ACCOUNT_ID}, not ${ExpectedAccountId}`);
  }
  if (Source.Type === 'RecoveryPoint') {
    found.push(...(await checkVault(Source.BackupVaultName ?? DEFAULT_VAULT)));
    found.push(...(await checkRole(Source.IamRoleArn ?? RESTORE_ROLE_ARN)));
  }
  return { problems: found };
});

async function checkVault(BackupVaultName: string): Promise<string[]> {
  try {
    await backupIn(REGION).send(new DescribeBackupVaultCommand({ BackupVaultName }));
    return [];
  } catch (error) {
    // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes((error as Error).name)) throw error;
    return [
      `Source.BackupVaultName: there is no backup vault ${BackupVaultName} that may be used (${(error as Error).message})`,
    ];
  }
}

async function checkRole(roleArn: string): Promise<string[]> {
  const problems = await checkBackupRole('Source.IamRoleArn', roleArn);
  if (problems.length > 0) return problems;
  const RoleName = roleArn.split('/').at(-1) ?? '';
  for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName })) {
    if (page.AttachedPolicies?.some(({ PolicyName }) => PolicyName === RESTORE_POLICY)) return [];
  }
  return [`Source.IamRoleArn: the role ${RoleName} lacks the policy ${RESTORE_POLICY}`];
}
