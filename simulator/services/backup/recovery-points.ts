import type {
  CalculatedLifecycle,
  DescribeRecoveryPointOutput,
  Lifecycle,
  RecoveryPointByBackupVault,
  StorageClass,
} from '@aws-sdk/client-backup';
import { AwsError } from '../../errors';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { imageOf, type TableImage } from '../dynamodb/image';
import { loadTable, saveImage } from '../dynamodb/world';
import { fileSystemMetadata } from './resources';
import type { WorldRecoveryPoint } from './world';

type Status = NonNullable<WorldRecoveryPoint['Status']>;

export interface RecoveryPoint {
  arn: string;
  vaultName: string;
  resourceArn: string;
  resourceType: string;
  resourceName: string;
  iamRoleArn: string | undefined;
  createdAt: Date;
  completedAt: Date | undefined;
  sizeInBytes: number;
  lifecycle: Lifecycle | undefined;
  tags: Record<string, string>;
  restoreMetadata: Record<string, string>;
  /** Of a copy: the vault it comes from. */
  sourceVaultArn: string | undefined;
  encryptionKeyArn: string | undefined;
  /** Of a table: what it was like. */
  table?: TableImage | undefined;
  /** Undefined as long as it cannot be seen. */
  status: Lagging<Status | undefined>;
}

const deletionSeconds = 5;
const dayMilliseconds = 86_400_000;

/** The recovery points of one region, by vault and by resource. */
export class RecoveryPoints {
  private readonly byArn = new Map<string, RecoveryPoint>();

  constructor(private readonly region: Region) {}

  load(declared: WorldRecoveryPoint): void {
    const { account } = this.region;
    const createdAt = declared.CreationDate ? new Date(declared.CreationDate) : account.clock.date;
    this.byArn.set(declared.RecoveryPointArn, {
      arn: declared.RecoveryPointArn,
      vaultName: declared.BackupVaultName,
      resourceArn: declared.ResourceArn,
      resourceType: declared.ResourceType,
      resourceName: declared.ResourceType === 'DynamoDB' ? tableNameIn(declared.ResourceArn) : '',
      iamRoleArn: declared.IamRoleArn,
      createdAt,
      completedAt: declared.CompletionDate ? new Date(declared.CompletionDate) : createdAt,
      sizeInBytes: declared.BackupSizeInBytes ?? 0,
      lifecycle: declared.Lifecycle,
      tags: { ...declared.Tags },
      restoreMetadata: declared.RestoreMetadata ?? this.defaultMetadata(declared),
      sourceVaultArn: declared.SourceBackupVaultArn,
      encryptionKeyArn: declared.EncryptionKeyArn,
      table: this.tableOf(declared),
      status: new Lagging<Status | undefined>(account, declared.Status ?? 'COMPLETED'),
    });
  }

  toWorld(): WorldRecoveryPoint[] {
    return this.all().map((point) => ({
      RecoveryPointArn: point.arn,
      BackupVaultName: point.vaultName,
      ResourceArn: point.resourceArn,
      ResourceType: point.resourceType,
      Status: point.status.current ?? 'COMPLETED',
      CreationDate: point.createdAt.toISOString(),
      ...(point.completedAt ? { CompletionDate: point.completedAt.toISOString() } : {}),
      BackupSizeInBytes: point.sizeInBytes,
      ...(point.iamRoleArn ? { IamRoleArn: point.iamRoleArn } : {}),
      ...(point.lifecycle ? { Lifecycle: point.lifecycle as WorldRecoveryPoint['Lifecycle'] } : {}),
      Tags: { ...point.tags },
      ...(Object.keys(point.restoreMetadata).length ? { RestoreMetadata: { ...point.restoreMetadata } } : {}),
      ...(point.sourceVaultArn ? { SourceBackupVaultArn: point.sourceVaultArn } : {}),
      ...(point.encryptionKeyArn ? { EncryptionKeyArn: point.encryptionKeyArn } : {}),
      Region: this.region.name,
      ...(point.table ? { Table: saveImage(point.table) } : {}),
    }));
  }

  add(point: Omit<RecoveryPoint, 'status'>, status: Status): void {
    const lagging = new Lagging<Status | undefined>(this.region.account, undefined);
    lagging.set(status);
    this.byArn.set(point.arn, { ...point, status: lagging });
  }

  /** Those that exist, newest first. What its lifecycle has ended is gone. */
  all(): RecoveryPoint[] {
    const { now } = this.region.account.clock;
    return [...this.byArn.values()]
      .filter((point) => (calculatedLifecycle(point)?.DeleteAt?.getTime() ?? Number.POSITIVE_INFINITY) > now)
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  }

  /** Those that list calls show. */
  seen(): RecoveryPoint[] {
    return this.all().filter((point) => point.status.seen !== undefined);
  }

  find(vaultName: string, arn: string): RecoveryPoint {
    const point = this.seen().find((candidate) => candidate.arn === arn && candidate.vaultName === vaultName);
    if (point) return point;
    throw new AwsError('ResourceNotFoundException', `Recovery point ${arn} does not exist in the vault ${vaultName}.`);
  }

  /** The recovery point of that ARN, whatever its vault. */
  byArnOnly(arn: string): RecoveryPoint {
    const point = this.seen().find((candidate) => candidate.arn === arn);
    if (point) return point;
    throw new AwsError('ResourceNotFoundException', `Recovery point ${arn} does not exist.`);
  }

  delete(point: RecoveryPoint): void {
    point.status.set('DELETING');
    this.region.account.clock.after(deletionSeconds, () => {
      this.byArn.delete(point.arn);
      this.region.dynamodb.backups.remove(point.arn);
    });
  }

  private defaultMetadata({ ResourceArn, ResourceType }: WorldRecoveryPoint): Record<string, string> {
    if (ResourceType !== 'EFS') return {};
    const id = ResourceArn.slice(ResourceArn.lastIndexOf('/') + 1);
    return fileSystemMetadata(this.region, id, this.region.efs.fileSystem(id));
  }

  private tableOf({ ResourceArn, ResourceType, Table }: WorldRecoveryPoint): TableImage | undefined {
    if (ResourceType !== 'DynamoDB') return undefined;
    const table = Table ? loadTable(this.region, Table) : this.region.dynamodb.tables.get(tableNameIn(ResourceArn));
    return table && imageOf(table);
  }

  describe(point: RecoveryPoint): DescribeRecoveryPointOutput {
    return { ...this.byVault(point), StorageClass: storageClassOf(point, this.region.account.clock.now) };
  }

  byVault(point: RecoveryPoint): RecoveryPointByBackupVault {
    return {
      RecoveryPointArn: point.arn,
      BackupVaultName: point.vaultName,
      BackupVaultArn: this.region.arn('backup', `backup-vault:${point.vaultName}`),
      ResourceArn: point.resourceArn,
      ResourceType: point.resourceType,
      ResourceName: point.resourceName,
      IamRoleArn: point.iamRoleArn,
      Status: point.status.seen,
      CreationDate: point.createdAt,
      InitiationDate: point.createdAt,
      CompletionDate: point.completedAt,
      BackupSizeInBytes: point.sizeInBytes,
      Lifecycle: point.lifecycle,
      CalculatedLifecycle: calculatedLifecycle(point),
      SourceBackupVaultArn: point.sourceVaultArn,
      EncryptionKeyArn: point.encryptionKeyArn,
      IsEncrypted: point.encryptionKeyArn !== undefined,
      IsParent: false,
      VaultType: 'BACKUP_VAULT',
    };
  }
}

/** Where the backup lies; from cold storage a restore takes hours. */
export function storageClassOf(point: RecoveryPoint, now: number): StorageClass {
  const coldAt = calculatedLifecycle(point)?.MoveToColdStorageAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return coldAt <= now ? 'COLD' : 'WARM';
}

/**
 * Why a recovery point in cold storage is not copied: "backups in cold storage or archive tiers cannot be copied". The
 * words are ours. https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html
 */
export function coldRefusal({ arn }: RecoveryPoint): string {
  return `Recovery point ${arn} is in cold storage.`;
}

/** Whether the recovery point is a backup that DynamoDB keeps, rather than one of AWS Backup's own. */
export function isManagedByDynamoDb(recoveryPointArn: string): boolean {
  return /^arn:aws[a-z-]*:dynamodb:/.test(recoveryPointArn);
}

function tableNameIn(resourceArn: string): string {
  return resourceArn.slice(resourceArn.lastIndexOf('/') + 1);
}

function calculatedLifecycle(point: RecoveryPoint): CalculatedLifecycle | undefined {
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: days } = point.lifecycle ?? {};
  const after = (count: number | undefined) =>
    count === undefined || count < 0 ? undefined : new Date(point.createdAt.getTime() + count * dayMilliseconds);
  if (cold === undefined && days === undefined) return undefined;
  return { MoveToColdStorageAt: after(cold), DeleteAt: after(days) };
}
