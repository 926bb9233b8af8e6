import type { Region } from '../../places';
import { imageOf, type TableImage } from '../dynamodb/image';
import type { ProtectedResource } from './resources';

/** A DynamoDB table as AWS Backup sees it, with or without its advanced features for DynamoDB. */
export function tableResource(region: Region, tableName: string, isHere: boolean): ProtectedResource {
  const { account, backup, dynamodb } = region;
  const table = isHere ? dynamodb.tables.get(tableName) : undefined;
  const isAdvanced = backup.advancedDynamoDb;
  let contents: TableImage | undefined;
  return {
    type: 'DynamoDB',
    name: tableName,
    exists: table !== undefined && table.status !== 'CREATING' && table.status !== 'DELETING',
    isWindows: false,
    sizeInBytes: table?.describe().TableSizeBytes ?? 0,
    requiredAction: isAdvanced ? 'dynamodb:StartAwsBackupJob' : 'dynamodb:CreateBackup',
    tags: isAdvanced ? Object.fromEntries(table?.tags ?? []) : {},
    restoreMetadata: {},
    newRecoveryPointArn: () =>
      isAdvanced
        ? region.arn('backup', `recovery-point:${account.random.uuid()}`)
        : dynamodb.backups.newArn(region.arn('dynamodb', `table/${tableName}`)),
    capture: () => {
      contents = table && imageOf(table, table.itemsForBackup());
      return () => {};
    },
    contents: () => contents,
  };
}
