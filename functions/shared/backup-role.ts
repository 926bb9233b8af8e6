import { GetRoleCommand } from '@aws-sdk/client-iam';
import { iam } from './clients/iam';

/**
 * Checks that a role exists and that AWS Backup may assume it. Returns what is wrong, with the input's key in front.
 * A role of another account cannot be looked at from here; the job itself will say what is wrong with it.
 */
export async function checkBackupRole(key: string, roleArn: string, accountId: string): Promise<string[]> {
  if (roleArn.split(':')[4] !== accountId) return [];
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
