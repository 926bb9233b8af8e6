import { GetRoleCommand } from '@aws-sdk/client-iam';
import { iam } from './clients/iam';
import { requireEnv } from './config';

const ACCOUNT_ID = requireEnv('ACCOUNT_ID');

/**
 * Checks that a role is of the account in which AWS Backup's job is to run, exists, and may be assumed by AWS Backup.
 * Returns the problems, each with the input's key in front. A role of another account cannot be looked up.
 */
export async function checkBackupRole(key: string, roleArn: string, jobAccountId = ACCOUNT_ID): Promise<string[]> {
  const owner = roleArn.split(':')[4];
  if (owner !== jobAccountId)
    return [`${key}: the role belongs to the account ${owner}, the job runs in ${jobAccountId}`];
  if (owner !== ACCOUNT_ID) return [];
  const name = roleArn.split('/').at(-1) ?? '';
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }));
    const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
    if (Role?.Arn !== roleArn) return [`${key}: the role ${name} has the ARN ${Role?.Arn}`];
    if (trust.includes('backup.amazonaws.com')) return [];
    return [`${key}: AWS Backup may not assume the role ${name}; its trust policy must name backup.amazonaws.com`];
  } catch (error) {
    if (!['NoSuchEntity', 'NoSuchEntityException', 'AccessDenied'].includes((error as Error).name)) throw error;
    return [`${key}: the role ${name} does not exist or this stack may not look at it (${(error as Error).message})`];
  }
}
