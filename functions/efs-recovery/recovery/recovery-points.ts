import {
  paginateListCopyJobs,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import { backupIn } from '../../shared/clients/backup';
import { requireEnv } from '../../shared/config';
import { describeError } from '../../shared/task';
import { accountOf } from '../destination';
import type { RecoverySettings } from '../input';
import { isNoAnswer } from '../no-answer';
import { explainRefusal } from '../refusals';

const PARTITION = requireEnv('PARTITION');

/** What the source region knows. */
export interface Source {
  isReachable: boolean;
  points: RecoveryPointByBackupVault[];
  /** Why its vault could not be looked into. */
  warning?: string;
  /** Copies that were made into the destination vault, by the ARN of what they are copies of. */
  copies: Map<string, string>;
  /** Copy jobs into the destination vault that are still going on, by the ARN of what they copy. */
  runningCopies: Map<string, string>;
  problems: string[];
}

/** Asks the source region; one that does not answer is said to be unreachable, and not asked again. */
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
    const copyQuery = { ByResourceArn, ByDestinationVaultArn: BackupVaultDestinationArn };
    for await (const page of paginateListCopyJobs({ client: backup }, copyQuery)) {
      for (const { SourceRecoveryPointArn: from, DestinationRecoveryPointArn: to, ...job } of page.CopyJobs ?? []) {
        if (from && to && job.State === 'COMPLETED') source.copies.set(from, to);
        if (from && job.CopyJobId && ['CREATED', 'RUNNING'].includes(job.State ?? ''))
          source.runningCopies.set(from, job.CopyJobId);
      }
    }
    return source;
  } catch (error) {
    const keys = { region, regionKey: 'SourceRegionName', roleKey: 'AutomationAssumeRole' };
    const refusal = explainRefusal(error, keys);
    if (refusal) return { ...source, problems: [refusal] };
    if (isNoAnswer(error)) return { ...source, isReachable: false };
    // AWS Backup refuses access, too, to a vault that is gone; that is no reason not to restore from a copy.
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes((error as Error).name)) throw error;
    return { ...source, warning: `the source vault could not be looked into (${describeError(error)})` };
  }
}

/** The newest recovery point that can be restored. */
export function newestCompleted(points: RecoveryPointByBackupVault[]): { arn: string; createdAt: string } | undefined {
  const [newest] = points
    .filter(({ Status }) => Status === 'COMPLETED')
    .sort((a, b) => (b.CreationDate?.getTime() ?? 0) - (a.CreationDate?.getTime() ?? 0));
  return newest?.RecoveryPointArn
    ? { arn: newest.RecoveryPointArn, createdAt: newest.CreationDate?.toISOString() ?? '' }
    : undefined;
}

/** The file system may be gone, so its ARN is put together, not asked for. */
export function fileSystemArn(
  { FileSystemID, AutomationAssumeRole }: Pick<RecoverySettings, 'FileSystemID' | 'AutomationAssumeRole'>,
  region: string,
): string {
  return `arn:${PARTITION}:elasticfilesystem:${region}:${accountOf(AutomationAssumeRole)}:file-system/${FileSystemID}`;
}
