import { DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { checkBackupRole } from '../shared/backup-role';
import { backupIn } from '../shared/clients/backup';
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
      ...(roleArn ? await checkBackupRole('BackupDetails.IamRoleArn', roleArn) : []),
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
