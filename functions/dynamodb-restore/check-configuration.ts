import { DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { paginateListAttachedRolePolicies } from '@aws-sdk/client-iam';
import { checkBackupRole } from '../shared/backup-role';
import { backupIn } from '../shared/clients/backup';
import { iam } from '../shared/clients/iam';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import type { OperationSettings, SwapSettings } from './input';

interface Input {
  /** What was found so far; without it (an operator asks) everything is checked. */
  problems?: string[];
  settings?: SwapSettings | OperationSettings;
  ExpectedAccountId?: string;
  BackupVaultName?: string;
  IamRoleArn?: string;
}

/** What this looks at. */
interface Configuration {
  /** The input's keys come with this in front of them in messages. */
  prefix: string;
  expectedAccountId?: string;
  vaultName?: string;
  roleArn?: string;
  policies: string[];
}

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const DEFAULT_VAULT = requireEnv('BACKUP_VAULT_NAME');
const RESTORE_ROLE_ARN = requireEnv('RESTORE_ROLE_ARN');
const BACKUP_POLICY = 'AWSBackupServiceRolePolicyForBackup';
const RESTORE_POLICY = 'AWSBackupServiceRolePolicyForRestores';

/**
 * Checks what is set up once and easily forgotten: the account is the one that is meant, and for recovery points the
 * vault and the role with its policies. Adds to the problems found so far. An operator may invoke it with `{}`, or with
 * ExpectedAccountId, BackupVaultName and IamRoleArn. Reads only.
 */
export const handler = task(async (input: Input): Promise<{ problems: string[] }> => {
  const { problems = [], settings } = input;
  if (input.problems && !settings) return { problems };
  const { prefix, expectedAccountId, vaultName, roleArn, policies } = settings
    ? configurationOf(settings)
    : configurationAskedFor(input);
  const found = [...problems];
  if (expectedAccountId !== undefined && expectedAccountId !== ACCOUNT_ID)
    found.push(`ExpectedAccountId: this is the account ${ACCOUNT_ID}, not ${expectedAccountId}`);
  if (vaultName) found.push(...(await checkVault(`${prefix}BackupVaultName`, vaultName)));
  if (roleArn) found.push(...(await checkRole(`${prefix}IamRoleArn`, roleArn, policies)));
  return { problems: found };
});

function configurationOf(settings: SwapSettings | OperationSettings): Configuration {
  const { ExpectedAccountId: expectedAccountId } = settings;
  const point = 'Source' in settings ? settings.Source : settings;
  const isPoint = 'RecoveryPointArn' in point;
  return {
    prefix: 'Source' in settings ? 'Source.' : '',
    expectedAccountId,
    ...(isPoint && {
      vaultName: point.BackupVaultName ?? DEFAULT_VAULT,
      roleArn: point.IamRoleArn ?? RESTORE_ROLE_ARN,
    }),
    policies: [RESTORE_POLICY],
  };
}

function configurationAskedFor({ ExpectedAccountId, BackupVaultName, IamRoleArn }: Input): Configuration {
  return {
    prefix: '',
    expectedAccountId: ExpectedAccountId,
    vaultName: BackupVaultName ?? DEFAULT_VAULT,
    roleArn: IamRoleArn ?? RESTORE_ROLE_ARN,
    policies: [BACKUP_POLICY, RESTORE_POLICY],
  };
}

async function checkVault(key: string, BackupVaultName: string): Promise<string[]> {
  try {
    await backupIn(REGION).send(new DescribeBackupVaultCommand({ BackupVaultName }));
    return [];
  } catch (error) {
    // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes((error as Error).name)) throw error;
    return [`${key}: there is no backup vault ${BackupVaultName} that may be used (${(error as Error).message})`];
  }
}

async function checkRole(key: string, roleArn: string, policies: string[]): Promise<string[]> {
  const problems = await checkBackupRole(key, roleArn);
  if (problems.length > 0) return problems;
  const RoleName = roleArn.split('/').at(-1) ?? '';
  const attached: (string | undefined)[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName }))
    attached.push(...(page.AttachedPolicies ?? []).map(({ PolicyName }) => PolicyName));
  return policies
    .filter((policy) => !attached.includes(policy))
    .map((policy) => `${key}: the role ${RoleName} lacks the policy ${policy}`);
}
