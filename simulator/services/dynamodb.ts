import { BatchGetItem } from './dynamodb/operations/batch-get-item';
import { BatchWriteItem } from './dynamodb/operations/batch-write-item';
import { CreateBackup } from './dynamodb/operations/create-backup';
import { CreateTable } from './dynamodb/operations/create-table';
import { DeleteBackup } from './dynamodb/operations/delete-backup';
import { DeleteItem } from './dynamodb/operations/delete-item';
import { DeleteResourcePolicy } from './dynamodb/operations/delete-resource-policy';
import { DeleteTable } from './dynamodb/operations/delete-table';
import { DescribeBackup } from './dynamodb/operations/describe-backup';
import { DescribeContinuousBackups } from './dynamodb/operations/describe-continuous-backups';
import { DescribeContributorInsights } from './dynamodb/operations/describe-contributor-insights';
import { DescribeExport } from './dynamodb/operations/describe-export';
import { DescribeKinesisStreamingDestination } from './dynamodb/operations/describe-kinesis-streaming-destination';
import { DescribeTable } from './dynamodb/operations/describe-table';
import { DescribeTimeToLive } from './dynamodb/operations/describe-time-to-live';
import { DisableKinesisStreamingDestination } from './dynamodb/operations/disable-kinesis-streaming-destination';
import { EnableKinesisStreamingDestination } from './dynamodb/operations/enable-kinesis-streaming-destination';
import { ExportTableToPointInTime } from './dynamodb/operations/export-table-to-point-in-time';
import { GetItem } from './dynamodb/operations/get-item';
import { GetResourcePolicy } from './dynamodb/operations/get-resource-policy';
import { ListBackups } from './dynamodb/operations/list-backups';
import { ListExports } from './dynamodb/operations/list-exports';
import { ListTables } from './dynamodb/operations/list-tables';
import { ListTagsOfResource } from './dynamodb/operations/list-tags-of-resource';
import { PutItem } from './dynamodb/operations/put-item';
import { PutResourcePolicy } from './dynamodb/operations/put-resource-policy';
import { Query } from './dynamodb/operations/query';
import { RestoreTableFromBackup } from './dynamodb/operations/restore-table-from-backup';
import { RestoreTableToPointInTime } from './dynamodb/operations/restore-table-to-point-in-time';
import { Scan } from './dynamodb/operations/scan';
import { TagResource } from './dynamodb/operations/tag-resource';
import { TransactGetItems } from './dynamodb/operations/transact-get-items';
import { TransactWriteItems } from './dynamodb/operations/transact-write-items';
import { UntagResource } from './dynamodb/operations/untag-resource';
import { UpdateContinuousBackups } from './dynamodb/operations/update-continuous-backups';
import { UpdateContributorInsights } from './dynamodb/operations/update-contributor-insights';
import { UpdateItem } from './dynamodb/operations/update-item';
import { UpdateTable } from './dynamodb/operations/update-table';
import { UpdateTimeToLive } from './dynamodb/operations/update-time-to-live';
import { DynamoDbState } from './dynamodb/state';

export type { WorldTable } from './dynamodb/world';

declare module '../places' {
  interface Region {
    readonly dynamodb: DynamoDb;
  }
}

/** Amazon DynamoDB: tables and their items. What is and is not simulated: simulator/docs/dynamodb.md. */
export class DynamoDb extends DynamoDbState {
  BatchGetItem = BatchGetItem;
  BatchWriteItem = BatchWriteItem;
  CreateBackup = CreateBackup;
  CreateTable = CreateTable;
  DeleteBackup = DeleteBackup;
  DeleteItem = DeleteItem;
  DeleteResourcePolicy = DeleteResourcePolicy;
  DeleteTable = DeleteTable;
  DescribeBackup = DescribeBackup;
  DescribeContinuousBackups = DescribeContinuousBackups;
  DescribeContributorInsights = DescribeContributorInsights;
  DescribeExport = DescribeExport;
  DescribeKinesisStreamingDestination = DescribeKinesisStreamingDestination;
  DescribeTable = DescribeTable;
  DescribeTimeToLive = DescribeTimeToLive;
  DisableKinesisStreamingDestination = DisableKinesisStreamingDestination;
  EnableKinesisStreamingDestination = EnableKinesisStreamingDestination;
  ExportTableToPointInTime = ExportTableToPointInTime;
  GetItem = GetItem;
  GetResourcePolicy = GetResourcePolicy;
  ListBackups = ListBackups;
  ListExports = ListExports;
  ListTables = ListTables;
  ListTagsOfResource = ListTagsOfResource;
  PutItem = PutItem;
  PutResourcePolicy = PutResourcePolicy;
  Query = Query;
  RestoreTableFromBackup = RestoreTableFromBackup;
  RestoreTableToPointInTime = RestoreTableToPointInTime;
  Scan = Scan;
  TagResource = TagResource;
  TransactGetItems = TransactGetItems;
  TransactWriteItems = TransactWriteItems;
  UntagResource = UntagResource;
  UpdateContinuousBackups = UpdateContinuousBackups;
  UpdateContributorInsights = UpdateContributorInsights;
  UpdateItem = UpdateItem;
  UpdateTable = UpdateTable;
  UpdateTimeToLive = UpdateTimeToLive;
}
