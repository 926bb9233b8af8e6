import { listRuns } from './runs';
import type { Session } from './session';

/** Something that can be restored: a recovery point of AWS Backup, a backup of DynamoDB, a copy of EFS-to-EFS. */
export interface RecoveryPoint {
  /** The ARN; of a copy of EFS-to-EFS the file system that has it, and its time. */
  id: string;
  /** EC2, EBS, EFS, DynamoDB, in the service's own word. */
  type: string;
  /** The instance, file system or table. */
  resource: string;
  /** The backup vault; `DynamoDB` for backups of DynamoDB itself, the file system with the copies for EFS-to-EFS. */
  vault: string;
  name?: string;
  status: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  sizeInBytes?: number;
  isCold: boolean;
}

/** What is looked for; everything when nothing is given. */
interface RecoveryPointFilter {
  type?: string;
  /** Id, name or ARN. */
  resource?: string;
  vault?: string;
}

const VAULT_OF_DYNAMODB = 'DynamoDB';
/** More than any series keeps. */
const LATEST_COPIES = 500;

/** All recovery points that match, the newest first. */
export async function findRecoveryPoints(session: Session, filter: RecoveryPointFilter): Promise<RecoveryPoint[]> {
  const isWanted = (point: RecoveryPoint) =>
    (!filter.type || point.type === filter.type) &&
    (!filter.resource || point.resource === nameIn(filter.resource)) &&
    (!filter.vault || point.vault === filter.vault);
  const wantsTables =
    (!filter.type || filter.type === 'DynamoDB') && (!filter.vault || filter.vault === VAULT_OF_DYNAMODB);
  const wantsCopies = !filter.type || filter.type === 'EFS';
  // All of them at once: a look that was begun and not yet awaited would end the process with its error.
  const found = await Promise.all([
    pointsInVaults(session, filter),
    wantsTables ? backupsOfTables(session) : [],
    wantsCopies ? copiesOfFileSystems(session) : [],
  ]);
  const all = found.flat();
  return all.filter(isWanted).sort((a, b) => b.createdAt - a.createdAt);
}

async function pointsInVaults({ aws }: Session, filter: RecoveryPointFilter): Promise<RecoveryPoint[]> {
  const { paginateListBackupVaults, paginateListRecoveryPointsByBackupVault } = await import('@aws-sdk/client-backup');
  const client = await aws.client('backup');
  if (filter.vault === VAULT_OF_DYNAMODB || filter.vault?.startsWith('fs-')) return [];
  const vaults: string[] = [];
  if (filter.vault) vaults.push(filter.vault);
  else
    for await (const page of paginateListBackupVaults({ client }, {}))
      vaults.push(...(page.BackupVaultList ?? []).map(({ BackupVaultName = '' }) => BackupVaultName));

  const points: RecoveryPoint[] = [];
  for (const BackupVaultName of vaults) {
    const query = { BackupVaultName, ...(filter.type && { ByResourceType: filter.type }) };
    for await (const page of paginateListRecoveryPointsByBackupVault({ client }, query))
      for (const point of page.RecoveryPoints ?? []) {
        const coldAt = point.CalculatedLifecycle?.MoveToColdStorageAt;
        points.push({
          id: point.RecoveryPointArn ?? '',
          type: point.ResourceType ?? '',
          resource: nameIn(point.ResourceArn ?? ''),
          vault: BackupVaultName,
          status: point.Status ?? '',
          createdAt: point.CreationDate?.getTime() ?? 0,
          sizeInBytes: point.BackupSizeInBytes,
          isCold: coldAt !== undefined && coldAt.getTime() <= aws.now(),
        });
      }
  }
  return points;
}

/** Backups of DynamoDB itself: on demand, and the system backups of deleted tables. */
async function backupsOfTables({ aws }: Session): Promise<RecoveryPoint[]> {
  const dynamodb = await aws.client('dynamodb');
  const points: RecoveryPoint[] = [];
  let ExclusiveStartBackupArn: string | undefined;
  do {
    const page = await dynamodb.listBackups({ BackupType: 'ALL', ExclusiveStartBackupArn });
    for (const backup of page.BackupSummaries ?? []) {
      // Those of AWS Backup are in its vaults.
      if (backup.BackupType === 'AWS_BACKUP') continue;
      points.push({
        id: backup.BackupArn ?? '',
        type: 'DynamoDB',
        resource: backup.TableName ?? '',
        vault: VAULT_OF_DYNAMODB,
        name: backup.BackupName,
        status: backup.BackupStatus ?? '',
        createdAt: backup.BackupCreationDateTime?.getTime() ?? 0,
        sizeInBytes: backup.BackupSizeBytes,
        isCold: false,
      });
    }
    ExclusiveStartBackupArn = page.LastEvaluatedBackupArn;
  } while (ExclusiveStartBackupArn);
  return points;
}

interface CopyReport {
  action?: string;
  fromFileSystemId?: string;
  toFileSystemId?: string;
  folderLabel?: string;
  interval?: string;
  retain?: number;
  copiedAt?: string;
  bytes?: number;
}

/**
 * The copies of EFS-to-EFS, as the records of its runs tell: the catalogue itself is on the file system. Of each series
 * the newest are still there, as many as its newest run kept.
 */
async function copiesOfFileSystems(session: Session): Promise<RecoveryPoint[]> {
  const runs = await listRuns(session, { workflow: 'efs-to-efs', open: false, limit: LATEST_COPIES });
  const series = new Map<string, CopyReport[]>();
  for (const { report, outcome } of runs) {
    const copy = (report ?? {}) as CopyReport;
    if (outcome !== 'SUCCEEDED' || copy.action !== 'backup' || !copy.copiedAt) continue;
    const key = `${copy.toFileSystemId} ${copy.folderLabel} ${copy.interval}`;
    series.set(key, [...(series.get(key) ?? []), copy]);
  }
  return [...series.values()].flatMap((copies) =>
    copies.slice(0, copies[0]?.retain).map(({ fromFileSystemId = '', toFileSystemId = '', ...copy }) => ({
      id: `${toFileSystemId} ${copy.copiedAt}`,
      type: 'EFS',
      resource: fromFileSystemId,
      vault: toFileSystemId,
      name: `${copy.folderLabel}/${copy.interval}`,
      status: 'COMPLETED',
      createdAt: Date.parse(copy.copiedAt ?? ''),
      sizeInBytes: copy.bytes,
      isCold: false,
    })),
  );
}

function nameIn(arnOrName: string): string {
  return arnOrName.split(/[:/]/).at(-1) ?? arnOrName;
}
