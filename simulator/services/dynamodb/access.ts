import type {
  DescribeExportInput,
  ExportTableToPointInTimeInput,
  TransactGetItemsInput,
  TransactWriteItemsInput,
} from '@aws-sdk/client-dynamodb';
import type { Region } from '../../places';
import type { Access } from '../../service';
import { fineGrainedContext } from './fine-grained-access';
import { writeOf } from './transactions';

/** The members of the inputs that say which resource a request is about. */
interface Named {
  TableName?: string;
  IndexName?: string;
  ResourceArn?: string;
  RequestItems?: Record<string, unknown>;
  Tags?: unknown[];
  BackupArn?: string;
  TargetTableName?: string;
  SourceTableName?: string;
  SourceTableArn?: string;
}

/** A restore writes the items of the new table in the caller's name. */
const RESTORE_ACTIONS = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'];

/**
 * What IAM is asked about a request: an operation's own action on the table, or on the index that it reads; a
 * transaction needs the action of each of its items instead of one of its own. Kinesis destinations need rights of Kinesis
 * too. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_iam.html
 */
export function accessFor(region: Region, operation: string, input: object): Access[] {
  const named: Named = input;
  const arn = (name: string | undefined) => tableArn(region, name);
  switch (operation) {
    case 'ListTables':
    case 'ListBackups':
    case 'ListContributorInsights':
      return [{ action: `dynamodb:${operation}`, resource: '*' }];
    case 'DescribeBackup':
    case 'DeleteBackup':
      return [{ action: `dynamodb:${operation}`, resource: named.BackupArn ?? '*' }];
    case 'RestoreTableFromBackup':
    case 'RestoreTableToPointInTime': {
      const source = named.BackupArn ?? named.SourceTableArn ?? arn(named.SourceTableName);
      const target = arn(named.TargetTableName);
      return [
        { action: `dynamodb:${operation}`, resource: source },
        { action: `dynamodb:${operation}`, resource: target },
        ...RESTORE_ACTIONS.map((action) => ({ action: `dynamodb:${action}`, resource: target })),
      ];
    }
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html#S3DataExport_Requesting_Permissions
    case 'ExportTableToPointInTime': {
      const { TableArn = '*', S3Bucket, S3Prefix } = input as ExportTableToPointInTimeInput;
      const files = `arn:${region.account.partition.id}:s3:::${S3Bucket}/${S3Prefix === undefined ? '' : `${S3Prefix}/`}AWSDynamoDB/_started`;
      return [
        { action: `dynamodb:${operation}`, resource: TableArn },
        ...['AbortMultipartUpload', 'PutObject', 'PutObjectAcl'].map((action) => ({
          action: `s3:${action}`,
          resource: files,
        })),
      ];
    }
    case 'DescribeExport':
      return [{ action: `dynamodb:${operation}`, resource: (input as DescribeExportInput).ExportArn ?? '*' }];
    case 'ListExports':
      return [{ action: `dynamodb:${operation}`, resource: '*' }];
    case 'TransactWriteItems':
      return distinct(
        ((input as TransactWriteItemsInput).TransactItems ?? []).map((element) => {
          const { tableName, write } = writeOf(element);
          const action = write.kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${write.kind}Item`;
          return { action: `dynamodb:${action}`, resource: arn(tableName) };
        }),
      );
    case 'TransactGetItems':
      return distinct(
        ((input as TransactGetItemsInput).TransactItems ?? []).map((element) => ({
          action: 'dynamodb:GetItem',
          resource: arn(element.Get?.TableName),
        })),
      );
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(named.RequestItems ?? {}).map((name) => ({
        action: `dynamodb:${operation}`,
        resource: arn(name),
      }));
    case 'CreateTable':
      return [
        { action: 'dynamodb:CreateTable', resource: arn(named.TableName) },
        ...(named.Tags?.length ? [{ action: 'dynamodb:TagResource', resource: arn(named.TableName) }] : []),
      ];
    case 'EnableKinesisStreamingDestination': {
      const { StreamArn = '*' } = input as { StreamArn?: string };
      return [
        { action: `dynamodb:${operation}`, resource: arn(named.TableName) },
        { action: 'kinesis:ListStreams', resource: '*' },
        ...['PutRecords', 'DescribeStream'].map((action) => ({ action: `kinesis:${action}`, resource: StreamArn })),
      ];
    }
    case 'DescribeKinesisStreamingDestination': {
      const streams = region.dynamodb.tables.get(nameOf(named.TableName))?.kinesisDestinations.list() ?? [];
      return [
        { action: `dynamodb:${operation}`, resource: arn(named.TableName) },
        ...streams.flatMap(({ StreamArn = '*' }) =>
          ['DescribeStream', 'DescribeStreamSummary'].map((action) => ({
            action: `kinesis:${action}`,
            resource: StreamArn,
          })),
        ),
      ];
    }
    default: {
      const table = named.ResourceArn ?? arn(named.TableName);
      const resource = named.IndexName === undefined ? table : `${table}/index/${named.IndexName}`;
      return [{ action: `dynamodb:${operation}`, resource, context: fineGrainedContext(region, operation, input) }];
    }
  }
}

/** The name of a table that is given by its name or by its ARN. */
function nameOf(name: string | undefined): string {
  return name?.split(':table/').at(-1) ?? '';
}

/** The ARN of a table that is given by its name or by its ARN. */
export function tableArn(region: Region, name: string | undefined): string {
  if (name?.startsWith('arn:')) return name;
  return region.arn('dynamodb', `table/${name ?? '*'}`);
}

function distinct(accesses: Access[]): Access[] {
  const seen = new Map(accesses.map((access) => [`${access.action} ${access.resource}`, access]));
  return [...seen.values()];
}
