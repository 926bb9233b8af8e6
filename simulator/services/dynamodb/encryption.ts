import type { ExportTableToPointInTimeInput, SSESpecification } from '@aws-sdk/client-dynamodb';
import type { Region } from '../../places';
import type { Access } from '../../service';
import { keyUse, viaService } from '../key-use';

/** The parts of a request that say which tables and keys it is about. */
interface Request {
  TableName?: string;
  RequestItems?: Record<string, unknown>;
  SSESpecification?: SSESpecification;
  SSESpecificationOverride?: SSESpecification;
  BackupArn?: string;
  TargetTableName?: string;
  SourceTableName?: string;
  SourceTableArn?: string;
}

const READS_AND_WRITES = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
];
/** What DynamoDB needs at the least to encrypt a table (Guide: Encryption at rest, Key policy for a customer managed key). */
const ENCRYPTS = [
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'ReEncryptFrom',
  'ReEncryptTo',
];

/**
 * What KMS is asked on behalf of a request's caller when a customer managed key is involved. Keys of AWS need nothing:
 * their own policies admit every principal that may use DynamoDB. A key's policy is taken to leave the decision to IAM.
 */
export function keyAccess(region: Region, operation: string, input: object): Access[] {
  const request: Request = input;
  const { tables, backups } = region.dynamodb;
  const keyOfTable = (name = '') => keyOf(tables.get(name.split('table/').at(-1) ?? '')?.settings.SSESpecification);
  if (READS_AND_WRITES.includes(operation)) {
    const names = request.TableName ? [request.TableName] : Object.keys(request.RequestItems ?? {});
    return names.flatMap((name) => accesses(region, keyOfTable(name), ['Decrypt']));
  }
  if (operation === 'CreateTable' || operation === 'UpdateTable')
    return accesses(region, keyOf(request.SSESpecification), ENCRYPTS);
  // What an export asks for is not said in detail: the table is read and the bucket written in the caller's name.
  if (operation === 'ExportTableToPointInTime') {
    const { TableArn, S3SseKmsKeyId } = input as ExportTableToPointInTimeInput;
    const ofBucket = keyUse(region, S3SseKmsKeyId, ['Decrypt', 'GenerateDataKey'], viaService(region, 's3'));
    return [...accesses(region, keyOfTable(TableArn), ['Decrypt']), ...ofBucket];
  }
  if (operation !== 'RestoreTableFromBackup' && operation !== 'RestoreTableToPointInTime') return [];
  const source =
    operation === 'RestoreTableFromBackup'
      ? keyOf(backups.present().find(({ arn }) => arn === request.BackupArn)?.image.settings.SSESpecification)
      : keyOfTable(request.SourceTableName ?? request.SourceTableArn);
  const target = request.SSESpecificationOverride ? keyOf(request.SSESpecificationOverride) : source;
  return [...accesses(region, source, ['Decrypt']), ...accesses(region, target, ENCRYPTS)];
}

function keyOf(specification: SSESpecification | undefined): string | undefined {
  return specification?.Enabled ? specification.KMSMasterKeyId : undefined;
}

function accesses(region: Region, key: string | undefined, operations: string[]): Access[] {
  return keyUse(region, key, operations, viaService(region, 'dynamodb'));
}
