import { DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { backupIn } from '../shared/clients/backup';
import { iam } from '../shared/clients/iam';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import type { Lookup } from './input';

interface Input {
  lookup: Lookup;
  problems: string[];
}

const REGION = requireEnv('AWS_REGION');

/** Checks that the backup vault exists and that AWS Backup may assume the role. Adds to the problems found so far. */
export const handler = task(async ({ lookup, problems }: Input): Promise<{ problems: string[] }> => {
  const { vaultName, roleArn } = lookup;
  return {
    problems: [
      ...problems,
      ...(vaultName ? await checkVault(vaultName) : []),
      ...(roleArn ? await checkRole(roleArn) : []),
    ],
  };
});

async function checkVault(name: string): Promise<string[]> {
  try {
    await backupIn(REGION).send(new DescribeBackupVaultCommand({ BackupVaultName: name }));
    return [];
  } catch (error) {
    // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes((error as Error).name)) throw error;
    return [
      `BackupDetails.BackupVaultName: there is no backup vault ${name} in ${REGION} that this stack may use (${(error as Error).message})`,
    ];
  }
}

async function checkRole(roleArn: string): Promise<string[]> {
  const name = roleArn.split('/').at(-1) ?? '';
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }));
    const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
    if (Role?.Arn !== roleArn) return [`BackupDetails.IamRoleArn: the role ${name} has the ARN ${Role?.Arn}`];
    if (!trust.includes('backup.amazonaws.com'))
      return [
        `BackupDetails.IamRoleArn: AWS Backup may not assume the role ${name}; its trust policy must name backup.amazonaws.com`,
      ];
    return [];
  } catch (error) {
    if (!['NoSuchEntity', 'NoSuchEntityException', 'AccessDenied'].includes((error as Error).name)) throw error;
    return [
      `BackupDetails.IamRoleArn: the role ${name} does not exist or this stack may not look at it (${(error as Error).message})`,
    ];
  }
}
