import { DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { DescribeFileSystemsCommand } from '@aws-sdk/client-efs';
import { checkVault } from '../../shared/backup-vault';
import { backupIn } from '../../shared/clients/backup';
import { efsIn } from '../../shared/clients/efs';
import { requireEnv } from '../../shared/config';
import { missingRight } from '../../shared/missing-right';
import { task } from '../../shared/task';
import { isLive } from '../file-system';
import { type BackupSettings, parseBackupInput } from '../input';
import { explainRefusal } from '../refusals';
import { AUTOMATIC_VAULT } from '../vault-policy';

interface Output {
  problems: string[];
  /** Looks that were refused; the run goes ahead. */
  warnings: string[];
  /** Absent when anything is wrong with the input itself. */
  settings?: BackupSettings;
  lookup: Partial<BackupSettings>;
  /** ARN of the file system that is to be backed up. */
  fileSystemArn?: string;
}

const REGION = requireEnv('AWS_REGION');
const REFUSED = { region: REGION, regionKey: 'AutomationAssumeRole', roleKey: 'AutomationAssumeRole' };

/**
 * Reads the input of efs-backup and looks at the file system and the vault, as the given role if there is one.
 * Reads only; returns problems instead of throwing, so that one message can list those of all checks.
 */
export const handler = task(async ({ input }: { input: unknown }): Promise<Output> => {
  const { settings, lookup, problems } = parseBackupInput(input);
  const fileSystemArn = await findFileSystem(lookup, problems);
  const warnings: string[] = [];
  await lookAtVault(lookup, problems, warnings);
  return { problems, warnings, settings, lookup, ...(fileSystemArn && { fileSystemArn }) };
});

async function findFileSystem(
  { FileSystemID, AutomationAssumeRole }: Partial<BackupSettings>,
  problems: string[],
): Promise<string | undefined> {
  if (!FileSystemID) return undefined;
  try {
    const efs = efsIn(REGION, AutomationAssumeRole);
    const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId: FileSystemID }));
    const [found] = FileSystems ?? [];
    if (found && isLive(found)) return found.FileSystemArn;
    problems.push(
      `FileSystemID: ${FileSystemID} is ${found?.LifeCycleState ?? 'unknown'}, only an available file system can be backed up`,
    );
  } catch (error) {
    const { name, message } = error as Error;
    const refusal = explainRefusal(error, REFUSED);
    if (refusal) problems.push(refusal);
    else if (name === 'FileSystemNotFound') problems.push(`FileSystemID: ${FileSystemID} does not exist in ${REGION}`);
    else if (name === 'AccessDeniedException')
      problems.push(`FileSystemID: ${FileSystemID} may not be looked at (${message})`);
    else throw error;
  }
  return undefined;
}

async function lookAtVault(
  { BackupVaultName, AutomationAssumeRole, Lifecycle }: Partial<BackupSettings>,
  problems: string[],
  warnings: string[],
): Promise<void> {
  if (!BackupVaultName) return;
  if (BackupVaultName === AUTOMATIC_VAULT) {
    problems.push(`BackupVaultName: AWS reserves ${AUTOMATIC_VAULT} for automatic backups; give a vault of your own`);
    return;
  }
  try {
    const backup = backupIn(REGION, AutomationAssumeRole);
    const vault = await backup.send(new DescribeBackupVaultCommand({ BackupVaultName }));
    problems.push(
      ...checkVault(vault, Lifecycle?.DeleteAfterDays, 'backup', { vault: 'BackupVaultName', lifecycle: 'Lifecycle' }),
    );
  } catch (error) {
    const { name, message } = error as Error;
    const refusal = explainRefusal(error, REFUSED);
    const right = missingRight(error);
    if (!refusal && name === 'AccessDeniedException' && right) {
      warnings.push(`the vault ${BackupVaultName} could not be checked: the caller lacks ${right}`);
      return;
    }
    // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
    if (!refusal && !['ResourceNotFoundException', 'AccessDeniedException'].includes(name)) throw error;
    problems.push(
      refusal ??
        `BackupVaultName: there is no backup vault ${BackupVaultName} in ${REGION} that may be used (${message})`,
    );
  }
}
