import type { StartRestoreJobInput } from '@aws-sdk/client-backup';
import { SimulatorError } from '../../errors';
import { isAllowed } from '../../iam/authorize';
import type { Region } from '../../places';
import type { RunningRestore } from '../dynamodb/restores';
import { invalid } from './job-input';
import { isManagedByDynamoDb, type RecoveryPoint, storageClassOf } from './recovery-points';
import { NOT_AUTHORIZED, type Restoration } from './restoration';

const warmSeconds = 20 * 60;
const coldSeconds = 3 * 3600;
const tableKeys = ['targetTableName', 'encryptionType', 'kmsMasterKeyArn'];

/** Restores a DynamoDB table under a new name. */
export class TableRestoration implements Restoration {
  readonly durationSeconds: number;
  private running: RunningRestore | undefined;

  constructor(
    private readonly region: Region,
    private readonly input: StartRestoreJobInput,
    private readonly source: RecoveryPoint,
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
      table,
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
    this.running?.finish(isDone ? items : items.slice(0, Math.floor(items.length / 2)));
    return this.running?.table.arn;
  }

  private get targetName(): string {
    return this.input.Metadata?.targetTableName ?? '';
  }
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
