import type { Desk } from './desk';

/** The ARN of the role that the configuration names, with its path; nothing when the stack's own is to be used. */
export async function roleArnOf({ session, config }: Desk): Promise<string | undefined> {
  const { backupRole } = config;
  if (backupRole === undefined || backupRole.startsWith('arn:')) return backupRole;
  const { Role } = await (await session.aws.client('iam')).getRole({ RoleName: backupRole });
  return Role?.Arn;
}
