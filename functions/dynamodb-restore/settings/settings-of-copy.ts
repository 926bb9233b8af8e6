import { type BackupDescription, DescribeBackupCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { describeError, isTransient } from '../../shared/task';
import { ALL } from './all';
import { encryptionKey } from './encryption-key';
import { schemaOf } from './table-schema';
import type { TableSettings } from './table-settings';
import { vectorIndexes } from './vector-indexes';

/** Keys and indexes come with the data of every copy, and with them the billing of that time. */
const OF_THE_DATA = [
  'key schema',
  'local secondary indexes',
  'vector indexes',
  'global secondary indexes',
  'billing mode and capacity',
  'on-demand maximums',
];
/** What a backup of DynamoDB says besides. */
const OF_A_BACKUP = [...OF_THE_DATA, 'encryption key', 'stream', 'time to live'];
const OF_A_STREAM = ['resource policy of the stream', 'stream consumer', 'tags of stream consumers'];
const OF_AUTO_SCALING = ['auto scaling target', 'auto scaling policy'];

/**
 * What a copy says about the settings of its table; `notHeld` names what it does not say. `now` is the table that was
 * restored from it: a copy holds no types of attributes. A backup of DynamoDB says more than a recovery point that AWS
 * Backup keeps itself. Reads only.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SourceTableFeatureDetails.html
 */
export async function settingsOfCopy(arn: string, now: TableSettings): Promise<TableSettings> {
  if (!/^arn:[^:]+:dynamodb:/.test(arn)) return { ...now, notHeld: heldOnly(OF_THE_DATA, 'the recovery point') };
  try {
    const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn: arn }));
    return await settingsOfBackup(BackupDescription ?? {}, now);
  } catch (error) {
    if (isTransient(error)) throw error;
    return {
      ...now,
      notHeld: heldOnly(OF_THE_DATA, `the backup, which cannot be looked at (${describeError(error)}),`),
    };
  }
}

async function settingsOfBackup(
  { SourceTableDetails: source, SourceTableFeatureDetails: features }: BackupDescription,
  now: TableSettings,
): Promise<TableSettings> {
  if (!features) return { ...now, notHeld: heldOnly(OF_THE_DATA, 'the backup') };
  const { StreamDescription: stream, TimeToLiveDescription: ttl } = features;
  const table: TableDescription = {
    ...source,
    AttributeDefinitions: now.attributeDefinitions,
    BillingModeSummary: { BillingMode: source?.BillingMode },
    LocalSecondaryIndexes: features.LocalSecondaryIndexes,
    GlobalSecondaryIndexes: features.GlobalSecondaryIndexes,
    SSEDescription: features.SSEDescription,
    VectorIndexes: features.VectorIndexes,
  };
  const schema = schemaOf(table);
  const { by, settings } = heldOnly(OF_A_BACKUP, 'the backup');
  const isLess = (name: string) =>
    (stream?.StreamEnabled || !OF_A_STREAM.includes(name)) &&
    (now.billingMode === 'PROVISIONED' || !OF_AUTO_SCALING.includes(name));
  // What the answer lacks is taken to be as it is now: an index must not go because of that.
  return {
    ...now,
    ...(source?.BillingMode && { billingMode: schema.billingMode, throughput: schema.throughput ?? now.throughput }),
    ...(features.LocalSecondaryIndexes && { localIndexes: schema.localIndexes }),
    ...(features.GlobalSecondaryIndexes && { globalIndexes: schema.globalIndexes }),
    ...(features.SSEDescription && (await encryptionKey.read(table, ''))),
    ...(features.VectorIndexes && (await vectorIndexes.read(table, ''))),
    ...(source?.OnDemandThroughput && { onDemandMaximum: source.OnDemandThroughput }),
    streamViewType: stream?.StreamEnabled ? stream.StreamViewType : undefined,
    ttlAttribute: ttl?.TimeToLiveStatus === 'ENABLED' ? ttl.AttributeName : undefined,
    notHeld: { by, settings: settings.filter(isLess) },
  };
}

/** Names every setting that a copy does not hold. */
function heldOnly(held: string[], by: string): { by: string; settings: string[] } {
  return { by, settings: ALL.map(({ name }) => name as string).filter((name) => !held.includes(name)) };
}
