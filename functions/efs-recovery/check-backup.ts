import { DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { DescribeFileSystemsCommand } from '@aws-sdk/client-efs';
import { backupIn } from '../shared/clients/backup';
import { efsIn } from '../shared/clients/efs';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { type BackupSettings, parseBackupInput } from './input';

interface Output {
  problems: string[];
  settings?: BackupSettings;
  /** ARN of the file system that is to be backed up. */
  fileSystemArn?: string;
}

const REGION = requireEnv('AWS_REGION');

/**
 * Reads the input of efs-backup and looks at the file system and the vault, as the given role if there is one.
 * Reads only; returns problems instead of throwing, so that one message can list those of all checks.
 */
export const handler = task(async ({ input }: { input: unknown }): Promise<Output> => {
  const { settings, problems } = parseBackupInput(input);
  if (!settings) return { problems };
  const fileSystemArn = await findFileSystem(settings, problems);
  await checkVault(settings, problems);
  return { problems, settings, ...(fileSystemArn && { fileSystemArn }) };
});

async function findFileSystem(settings: BackupSettings, problems: string[]): Promise<string | undefined> {
  try {
    const { FileSystems } = await efsIn(REGION, settings.AutomationAssumeRole).send(
      new DescribeFileSystemsCommand({ FileSystemId: settings.FileSystemID }),
    );
    const [found] = FileSystems ?? [];
    if (found?.LifeCycleState === 'available') return found.FileSystemArn;
    problems.push(
      `FileSystemID: ${settings.FileSystemID} is ${found?.LifeCycleState ?? 'unknown'}, only an available file system can be backed up`,
    );
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'FileSystemNotFound')
      problems.push(`FileSystemID: ${settings.FileSystemID} does not exist in ${REGION}`);
    else if (isRefused(name)) problems.push(`AutomationAssumeRole: cannot look at the file system (${message})`);
    else throw error;
  }
  return undefined;
}

async function checkVault(settings: BackupSettings, problems: string[]): Promise<void> {
  const { BackupVaultName } = settings;
  try {
    await backupIn(REGION, settings.AutomationAssumeRole).send(new DescribeBackupVaultCommand({ BackupVaultName }));
  } catch (error) {
    const { name, message } = error as Error;
    // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
    if (name !== 'ResourceNotFoundException' && !isRefused(name)) throw error;
    problems.push(
      `BackupVaultName: there is no backup vault ${BackupVaultName} in ${REGION} that may be used (${message})`,
    );
  }
}

function isRefused(errorName: string): boolean {
  return ['AccessDenied', 'AccessDeniedException'].includes(errorName);
}
