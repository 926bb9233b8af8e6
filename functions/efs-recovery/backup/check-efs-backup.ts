import { DescribeFileSystemsCommand } from '@aws-sdk/client-efs';
import { checkVault, lookAtVault } from '../../shared/backup-vault';
import { backupIn } from '../../shared/clients/backup';
import { efsIn } from '../../shared/clients/efs';
import { requireEnv } from '../../shared/config';
import { hasName } from '../../shared/error-name';
import { InvalidInputError } from '../../shared/errors';
import { joinFindings } from '../../shared/findings';
import { task } from '../../shared/task';
import { isLive } from '../file-system';
import { type BackupSettings, parseBackupInput } from '../input';
import { checkBackupJob } from '../job-roles';
import { explainRefusal } from '../refusals';
import { AUTOMATIC_VAULT } from '../vault-policy';

interface Output {
  /** Looks that were refused; the run goes ahead. */
  warnings: string[];
  settings: BackupSettings;
  /** ARN of the file system that is to be backed up. */
  fileSystemArn?: string;
}

const REGION = requireEnv('AWS_REGION');
const REFUSED = { region: REGION, regionKey: 'AutomationAssumeRole', roleKey: 'AutomationAssumeRole' };

/**
 * The preflight of efs-backup: reads the input and looks at the file system, the vault and the role, as the given role if
 * there is one. One message lists all that is wrong. Reads only.
 */
export const handler = task(async ({ input }: { input: unknown }): Promise<Output> => {
  const { settings, lookup, problems: found } = parseBackupInput(input);
  const fileSystemArn = await findFileSystem(lookup, found);
  const refusedLooks: string[] = [];
  await checkItsVault(lookup, found, refusedLooks);
  const ofJob = await checkBackupJob(lookup, fileSystemArn);
  const { problems, warnings } = joinFindings({ problems: found, warnings: refusedLooks }, ofJob);
  if (!settings || problems.length > 0) throw new InvalidInputError(problems);
  return { warnings, settings, ...(fileSystemArn && { fileSystemArn }) };
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
    const { message } = error as Error;
    const refusal = explainRefusal(error, REFUSED);
    if (refusal) problems.push(refusal);
    else if (hasName(error, 'FileSystemNotFound'))
      problems.push(`FileSystemID: ${FileSystemID} does not exist in ${REGION}`);
    else if (hasName(error, 'AccessDeniedException'))
      problems.push(`FileSystemID: ${FileSystemID} may not be looked at (${message})`);
    else throw error;
  }
  return undefined;
}

async function checkItsVault(
  { BackupVaultName, AutomationAssumeRole, Lifecycle }: Partial<BackupSettings>,
  problems: string[],
  warnings: string[],
): Promise<void> {
  if (!BackupVaultName) return;
  if (BackupVaultName === AUTOMATIC_VAULT) {
    problems.push(`BackupVaultName: AWS reserves ${AUTOMATIC_VAULT} for automatic backups; give a vault of your own`);
    return;
  }
  const KEYS = { vault: 'BackupVaultName', lifecycle: 'Lifecycle' };
  try {
    const look = await lookAtVault(backupIn(REGION, AutomationAssumeRole), BackupVaultName, REGION, KEYS.vault);
    problems.push(...look.problems);
    warnings.push(...look.warnings);
    if (look.vault) problems.push(...checkVault(look.vault, Lifecycle?.DeleteAfterDays, 'backup', KEYS));
  } catch (error) {
    const refusal = explainRefusal(error, REFUSED);
    if (!refusal) throw error;
    problems.push(refusal);
  }
}
