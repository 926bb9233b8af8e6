import {
  paginateListCopyJobs,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { describeError } from '../shared/task';
import type { RecoverySettings } from './input';
import { isNoAnswer } from './no-answer';

const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');

/** What the source region knows. */
export interface Source {
  isReachable: boolean;
  points: RecoveryPointByBackupVault[];
  /** Why its vault could not be looked into. */
  warning?: string;
  /** Copies that exist in the destination vault, by the ARN of what they are copies of. */
  copies: Map<string, string>;
}

/** Asks the source region; one that does not answer is said to be unreachable, and not asked again. */
export async function askSource(settings: RecoverySettings, region: string): Promise<Source> {
  const backup = backupIn(region, settings.AutomationAssumeRole);
  const source: Source = { isReachable: true, points: [], copies: new Map() };
  const resourceArn = fileSystemArn(settings, region);
  try {
    const query = { BackupVaultName: settings.BackupVaultSourceName, ByResourceArn: resourceArn };
    for await (const page of paginateListRecoveryPointsByBackupVault({ client: backup }, query))
      source.points.push(...(page.RecoveryPoints ?? []));
    const copyQuery = {
      ByResourceArn: resourceArn,
      ByState: 'COMPLETED' as const,
      ByDestinationVaultArn: settings.BackupVaultDestinationArn,
    };
    for await (const page of paginateListCopyJobs({ client: backup }, copyQuery)) {
      for (const { SourceRecoveryPointArn, DestinationRecoveryPointArn } of page.CopyJobs ?? []) {
        if (SourceRecoveryPointArn && DestinationRecoveryPointArn)
          source.copies.set(SourceRecoveryPointArn, DestinationRecoveryPointArn);
      }
    }
    return source;
  } catch (error) {
    if (isNoAnswer(error)) return { ...source, isReachable: false };
    // AWS Backup refuses access, too, to a vault that is gone; that is no reason not to restore from a copy.
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes((error as Error).name)) throw error;
    return { ...source, warning: `the source vault could not be looked into (${describeError(error)})` };
  }
}

/** The recovery points of the file system in the destination vault; another account's vault cannot be listed from here. */
export async function listInDestination(
  settings: RecoverySettings,
  sourceRegion: string,
): Promise<RecoveryPointByBackupVault[]> {
  const [, , , region = '', accountId, , name = ''] = settings.BackupVaultDestinationArn.split(':');
  if (accountId !== callerAccount(settings)) return [];
  const points: RecoveryPointByBackupVault[] = [];
  const query = { BackupVaultName: name, ByResourceArn: fileSystemArn(settings, sourceRegion) };
  for await (const page of paginateListRecoveryPointsByBackupVault(
    { client: backupIn(region, settings.AutomationAssumeRole) },
    query,
  )) {
    points.push(...(page.RecoveryPoints ?? []));
  }
  return points;
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
function fileSystemArn(settings: RecoverySettings, region: string): string {
  return `arn:${PARTITION}:elasticfilesystem:${region}:${callerAccount(settings)}:file-system/${settings.FileSystemID}`;
}

/** The account that the calls are made in: the given role's, or this one. */
export function callerAccount(settings: RecoverySettings): string {
  return settings.AutomationAssumeRole?.split(':')[4] ?? ACCOUNT_ID;
}
