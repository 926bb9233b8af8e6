import { paginateListAttachedRolePolicies } from '@aws-sdk/client-iam';
import { checkBackupRole, checkRoleRights } from '../shared/backup-role';
import { lookAtVault } from '../shared/backup-vault';
import { backupIn } from '../shared/clients/backup';
import { iam } from '../shared/clients/iam';
import { kms } from '../shared/clients/kms';
import { requireEnv } from '../shared/config';
import { type Findings, joinFindings } from '../shared/findings';
import { checkServiceOptIn } from '../shared/service-opt-in';
import { throwIfEarly } from '../shared/task';
import { checkChosenKey } from '../shared/usable-key';
import type { OperationSettings, SwapSettings } from './input';

/** What an operator may ask about. */
export interface Asked {
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
  /** The key that the input chooses for the restored table. */
  keyArn?: string;
}

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const DEFAULT_VAULT = requireEnv('BACKUP_VAULT_NAME');
const RESTORE_ROLE_ARN = requireEnv('RESTORE_ROLE_ARN');
const BACKUP_POLICY = 'AWSBackupServiceRolePolicyForBackup';
const RESTORE_POLICY = 'AWSBackupServiceRolePolicyForRestores';
/** What a job needs at the least, by the policy that has it. */
const RIGHTS: Record<string, string[]> = {
  [BACKUP_POLICY]: ['dynamodb:StartAwsBackupJob'],
  [RESTORE_POLICY]: ['dynamodb:RestoreTableFromAwsBackup'],
};
const ANY_TABLE = `arn:${requireEnv('PARTITION')}:dynamodb:${REGION}:${ACCOUNT_ID}:table/*`;

/**
 * Checks what is set up once and easily forgotten: the account is the one that is meant, and for recovery points the
 * vault and the role with its policies, and the key that the input chooses: a restore takes hours to find out. Reads only.
 */
export async function checkConfiguration({
  prefix,
  expectedAccountId,
  vaultName,
  roleArn,
  policies,
  keyArn,
}: Configuration): Promise<Findings> {
  const isOther = expectedAccountId !== undefined && expectedAccountId !== ACCOUNT_ID;
  return joinFindings(
    { problems: isOther ? [`ExpectedAccountId: this is the account ${ACCOUNT_ID}, not ${expectedAccountId}`] : [] },
    vaultName ? await lookAtVault(backupIn(REGION), vaultName, REGION, `${prefix}BackupVaultName`) : {},
    roleArn ? await checkRole(`${prefix}IamRoleArn`, roleArn, policies) : {},
    vaultName ? await checkServiceOptIn(backupIn(REGION), 'DynamoDB', REGION, 'recovery') : {},
    keyArn ? await checkKey(keyArn) : {},
  );
}

/** The configuration that a run of these settings needs. */
export function configurationOf(settings: SwapSettings | OperationSettings): Configuration {
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
    ...('EncryptionKeyArn' in settings && { keyArn: settings.EncryptionKeyArn }),
  };
}

/** The configuration for every kind of job: what an operator asks about, else the stack's own. */
export function configurationAskedFor({ ExpectedAccountId, BackupVaultName, IamRoleArn }: Asked): Configuration {
  return {
    prefix: '',
    expectedAccountId: ExpectedAccountId,
    vaultName: BackupVaultName ?? DEFAULT_VAULT,
    roleArn: IamRoleArn ?? RESTORE_ROLE_ARN,
    policies: [BACKUP_POLICY, RESTORE_POLICY],
  };
}

/** DynamoDB encrypts a table with a key of its own region only. */
async function checkKey(keyId: string): Promise<Partial<Findings>> {
  const [, , , region] = keyId.split(':');
  if (region !== REGION)
    return { problems: [`EncryptionKeyArn: the key is in ${region}, and a table in ${REGION} needs one of ${REGION}`] };
  return checkChosenKey(kms, { inputKey: 'EncryptionKeyArn', keyId, region, what: 'table' });
}

/** The names of a role's managed policies: none where IAM does not show them, as it is then asked for the rights. */
async function attachedPolicies(RoleName: string): Promise<string[]> {
  const attached: string[] = [];
  try {
    for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName }))
      attached.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyName }) => PolicyName ?? []));
  } catch (error) {
    throwIfEarly(error);
  }
  return attached;
}

/** A role without AWS's own policy may have the rights by another one: then IAM is asked. */
async function checkRole(key: string, roleArn: string, policies: string[]): Promise<Partial<Findings>> {
  const found = await checkBackupRole(key, roleArn);
  if (found.problems || found.warnings) return found;
  const RoleName = roleArn.split('/').at(-1) ?? '';
  const attached = await attachedPolicies(RoleName);
  const looks: Findings[] = [];
  for (const policy of policies.filter((each) => !attached.includes(each))) {
    const { problems: denials, warnings } = await checkRoleRights(key, roleArn, RIGHTS[policy] ?? [], ANY_TABLE);
    looks.push({
      problems:
        denials.length > 0
          ? [
              `${key}: the role ${RoleName} lacks the policy ${policy} and is not allowed ${RIGHTS[policy]?.join(', ')} otherwise`,
            ]
          : [],
      warnings,
    });
  }
  return joinFindings(...looks);
}
