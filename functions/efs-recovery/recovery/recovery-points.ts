import {
  type BackupClient,
  paginateListCopyJobs,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import { backupIn } from '../../shared/clients/backup';
import { requireEnv } from '../../shared/config';
import { hasName } from '../../shared/error-name';
import { missingRight } from '../../shared/missing-right';
import { describeError } from '../../shared/task';
import { accountOf } from '../destination';
import type { RecoverySettings } from '../input';
import { isNoAnswer } from '../no-answer';
import { explainRefusal } from '../refusals';

const PARTITION = requireEnv('PARTITION');

/** Recovery points and copy jobs in the source region. */
export interface Source {
  isReachable: boolean;
  points: RecoveryPointByBackupVault[];
  /** Why its vault, or its copy jobs, could not be read. */
  warning?: string;
  /** Completed copies in the destination vault, by the ARN of their source. */
  copies: Map<string, string>;
  /** Running copy jobs into the destination vault, by the ARN of their source. */
  runningCopies: Map<string, string>;
  problems: string[];
}

/** Reads the source region; if it does not answer, `isReachable` is false and it gets no further calls. */
export async function askSource(lookup: Partial<RecoverySettings>, region: string): Promise<Source> {
  const source: Source = {
    isReachable: true,
    points: [],
    copies: new Map(),
    runningCopies: new Map(),
    problems: [],
  };
  const { FileSystemID, BackupVaultSourceName, BackupVaultDestinationArn, AutomationAssumeRole } = lookup;
  if (!FileSystemID || !BackupVaultSourceName) return source;
  const backup = backupIn(region, AutomationAssumeRole);
  const ByResourceArn = fileSystemArn({ FileSystemID, AutomationAssumeRole }, region);
  try {
    const query = { BackupVaultName: BackupVaultSourceName, ByResourceArn };
    for await (const page of paginateListRecoveryPointsByBackupVault({ client: backup }, query))
      source.points.push(...(page.RecoveryPoints ?? []));
    await readCopyJobs(backup, ByResourceArn, BackupVaultDestinationArn, source);
    return source;
  } catch (error) {
    const keys = { region, regionKey: 'SourceRegionName', roleKey: 'AutomationAssumeRole' };
    const refusal = explainRefusal(error, keys);
    if (refusal) return { ...source, problems: [refusal] };
    if (isNoAnswer(error)) return { ...source, isReachable: false };
    // AWS Backup also denies access to a vault that does not exist; a copy can still be restored.
    if (!hasName(error, 'ResourceNotFoundException', 'AccessDeniedException')) throw error;
    return { ...source, warning: `the source vault could not be read${lacking(error)} (${describeError(error)})` };
  }
}

/** Adds the copy jobs that AWS Backup still lists. Without that right, copies are known by their dates only. */
async function readCopyJobs(
  backup: BackupClient,
  ByResourceArn: string,
  ByDestinationVaultArn: string | undefined,
  source: Source,
): Promise<void> {
  try {
    const copyQuery = { ByResourceArn, ByDestinationVaultArn };
    for await (const page of paginateListCopyJobs({ client: backup }, copyQuery)) {
      for (const { SourceRecoveryPointArn: from, DestinationRecoveryPointArn: to, ...job } of page.CopyJobs ?? []) {
        if (from && to && job.State === 'COMPLETED') source.copies.set(from, to);
        if (from && job.CopyJobId && ['CREATED', 'RUNNING'].includes(job.State ?? ''))
          source.runningCopies.set(from, job.CopyJobId);
      }
    }
  } catch (error) {
    if (!hasName(error, 'AccessDeniedException')) throw error;
    source.warning = `copy jobs could not be listed${lacking(error)}, so a running copy is not seen`;
  }
}

function lacking(error: unknown): string {
  const right = missingRight(error);
  return right ? `: the caller lacks ${right}` : '';
}

/** The ARN is composed: the file system may no longer exist. */
export function fileSystemArn(
  { FileSystemID, AutomationAssumeRole }: Pick<RecoverySettings, 'FileSystemID' | 'AutomationAssumeRole'>,
  region: string,
): string {
  return `arn:${PARTITION}:elasticfilesystem:${region}:${accountOf(AutomationAssumeRole)}:file-system/${FileSystemID}`;
}
