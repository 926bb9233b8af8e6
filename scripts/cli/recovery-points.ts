import type { Session } from './session';

/** Something that can be restored: a recovery point of AWS Backup or a backup of DynamoDB. */
export interface RecoveryPoint {
  arn: string;
  /** EC2, EBS, EFS, DynamoDB, in the service's own word. */
  type: string;
  /** The instance, file system or table. */
  resource: string;
  /** The backup vault, or `DynamoDB` for backups of DynamoDB itself. */
  vault: string;
  name?: string;
  status: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  sizeInBytes?: number;
  isCold: boolean;
}

/** What is looked for; everything when nothing is given. */
export interface RecoveryPointFilter {
  type?: string;
  /** Id, name or ARN. */
  resource?: string;
  vault?: string;
}

const VAULT_OF_DYNAMODB = 'DynamoDB';

/** All recovery points that match, the newest first. */
export async function findRecoveryPoints(session: Session, filter: RecoveryPointFilter): Promise<RecoveryPoint[]> {
  const isWanted = (point: RecoveryPoint) =>
    (!filter.type || point.type === filter.type) &&
    (!filter.resource || point.resource === nameIn(filter.resource)) &&
    (!filter.vault || point.vault === filter.vault);
  const inVaults = pointsInVaults(session, filter);
  const wantsTables =
    (!filter.type || filter.type === 'DynamoDB') && (!filter.vault || filter.vault === VAULT_OF_DYNAMODB);
  const ofTables = wantsTables ? backupsOfTables(session) : [];
  return [...(await inVaults), ...(await ofTables)].filter(isWanted).sort((a, b) => b.createdAt - a.createdAt);
}

async function pointsInVaults({ aws }: Session, filter: RecoveryPointFilter): Promise<RecoveryPoint[]> {
  const { paginateListBackupVaults, paginateListRecoveryPointsByBackupVault } = await import('@aws-sdk/client-backup');
  const client = await aws.client('backup');
  const vaults: string[] = [];
  if (filter.vault) vaults.push(filter.vault);
  else
    for await (const page of paginateListBackupVaults({ client }, {}))
      vaults.push(...(page.BackupVaultList ?? []).map(({ BackupVaultName = '' }) => BackupVaultName));
  if (filter.vault === VAULT_OF_DYNAMODB) return [];
  const points: RecoveryPoint[] = [];
  for (const BackupVaultName of vaults) {
    const query = { BackupVaultName, ...(filter.type && { ByResourceType: filter.type }) };
    for await (const page of paginateListRecoveryPointsByBackupVault({ client }, query))
      for (const point of page.RecoveryPoints ?? []) {
        const coldAt = point.CalculatedLifecycle?.MoveToColdStorageAt;
        points.push({
          arn: point.RecoveryPointArn ?? '',
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
        arn: backup.BackupArn ?? '',
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

function nameIn(arnOrName: string): string {
  return arnOrName.split(/[:/]/).at(-1) ?? arnOrName;
}
