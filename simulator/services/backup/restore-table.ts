import type { StartRestoreJobInput } from '@aws-sdk/client-backup';
import { SimulatorError } from '../../errors';
import { isAllowed } from '../../iam/authorize';
import type { Region } from '../../places';
import type { TableImage } from '../dynamodb/image';
import type { RunningRestore } from '../dynamodb/restores';
import type { Item } from '../dynamodb/values';
import { invalid } from './job-input';
import { isManagedByDynamoDb, type RecoveryPoint, storageClassOf } from './recovery-points';
import { type Damage, NOT_AUTHORIZED, type Restoration, refusalOf } from './restoration';

const warmSeconds = 20 * 60;
const coldSeconds = 3 * 3600;
const tableKeys = ['targetTableName', 'encryptionType', 'kmsMasterKeyArn', 'deletionProtection'];

/** Restores a DynamoDB table under a new name. */
export class TableRestoration implements Restoration {
  readonly durationSeconds: number;
  private running: RunningRestore | undefined;

  constructor(
    private readonly region: Region,
    private readonly input: StartRestoreJobInput,
    private readonly source: RecoveryPoint,
    private readonly damage: Damage = {},
  ) {
    this.durationSeconds = storageClassOf(source, region.account.clock.now) === 'COLD' ? coldSeconds : warmSeconds;
  }

  refusal(): string | undefined {
    const { account } = this.region;
    const caller = { principalArn: this.input.IamRoleArn ?? '', accountId: account.id };
    // AWS's own policy for restores grants the one on backups only, and the other on tables.
    const access = isManagedByDynamoDb(this.source.arn)
      ? { action: 'dynamodb:RestoreTableFromBackup', resource: this.source.arn }
      : {
          action: 'dynamodb:RestoreTableFromAwsBackup',
          resource: this.region.arn('dynamodb', `table/${this.targetName}`),
        };
    const isFine = isAllowed(account, caller, access);
    return isFine ? undefined : NOT_AUTHORIZED;
  }

  open(): void {
    const { arn, table, createdAt, resourceArn, tags } = this.source;
    if (!table) throw new SimulatorError(`The world does not say what the table in the recovery point ${arn} is like.`);
    const { encryptionType, kmsMasterKeyArn } = this.input.Metadata ?? {};
    const isKms = encryptionType === 'KMS';
    this.running = this.region.dynamodb.restores.begin(
      this.targetName,
      withoutIndexes(table, this.damage.LosesIndexes),
      // A key of DynamoDB's own unless the request names another, whatever the source had.
      {
        SSESpecificationOverride: {
          Enabled: isKms,
          ...(isKms && { SSEType: 'KMS', ...(kmsMasterKeyArn && { KMSMasterKeyId: kmsMasterKeyArn }) }),
        },
      },
      { SourceBackupArn: arn, SourceTableArn: resourceArn, RestoreDateTime: createdAt },
    );
    if (!this.input.CopySourceTagsToRestoredResource) return;
    for (const [key, value] of Object.entries(tags)) this.running.table.tags.set(key, value);
  }

  close(isDone: boolean): string | undefined {
    const items = this.source.table?.items ?? [];
    this.running?.finish(isDone ? this.damaged(items) : items.slice(0, Math.floor(items.length / 2)));
    return this.running?.table.arn;
  }

  remove(): string | undefined {
    const TableName = this.running?.table.name;
    if (TableName === undefined || !this.region.dynamodb.tables.has(TableName)) return undefined;
    return refusalOf(() => this.region.dynamodb.DeleteTable({ TableName }));
  }

  /** The first of the items are lost, the last of those that are left are another's. */
  private damaged(items: Item[]): Item[] {
    const { LosesItemsPercent = 0, ChangesItemsPercent = 0 } = this.damage;
    const kept = items.slice(Math.ceil((items.length * LosesItemsPercent) / 100));
    const changed = Math.ceil((items.length * ChangesItemsPercent) / 100);
    return kept.map((item, index) => (index < kept.length - changed ? item : { ...item, damaged: { BOOL: true } }));
  }

  private get targetName(): string {
    return this.input.Metadata?.targetTableName ?? '';
  }
}

function withoutIndexes(image: TableImage, lost: string[] = []): TableImage {
  const { LocalSecondaryIndexes, GlobalSecondaryIndexes } = image.settings;
  const kept = <Index extends { IndexName?: string | undefined }>(indexes: Index[]) =>
    indexes.filter(({ IndexName = '' }) => !lost.includes(IndexName));
  return {
    ...image,
    settings: {
      ...image.settings,
      LocalSecondaryIndexes: kept(LocalSecondaryIndexes),
      GlobalSecondaryIndexes: kept(GlobalSecondaryIndexes),
    },
  };
}

/** Refuses metadata that do not describe a table. */
export function checkTableMetadata(metadata: Record<string, string>): void {
  const unknown = Object.keys(metadata).find((key) => !tableKeys.includes(key));
  if (unknown) throw invalid(`Invalid restore metadata: ${unknown}`);
  if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(metadata.targetTableName ?? '')) {
    throw invalid(`Invalid restore metadata: targetTableName is ${metadata.targetTableName}`);
  }
  const type = metadata.encryptionType ?? 'Default';
  if (type !== 'Default' && type !== 'KMS') throw invalid(`Invalid restore metadata: encryptionType is ${type}`);
  if (metadata.kmsMasterKeyArn && type !== 'KMS') {
    throw invalid('encryptionType must be KMS when kmsMasterKeyArn is specified.');
  }
}
