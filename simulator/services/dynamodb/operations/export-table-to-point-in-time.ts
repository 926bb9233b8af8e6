import type { ExportTableToPointInTimeInput, ExportTableToPointInTimeOutput } from '@aws-sdk/client-dynamodb';
import { SimulatorError } from '../../../errors';
import type { Access } from '../../../service';
import { keyUse, viaService } from '../../key-use';
import { decryption, keyOfTable } from '../encryption';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html */
export function ExportTableToPointInTime(
  this: DynamoDbState,
  input: ExportTableToPointInTimeInput,
): ExportTableToPointInTimeOutput {
  const table = this.backedUp(required(input, 'TableArn'));
  required(input, 'S3Bucket');
  if (input.ExportFormat === 'ION') throw new SimulatorError('Exports in Amazon Ion are not simulated.');
  const nextJob = () => ({ DurationSeconds: this.durations.exportTable, ...this.jobs.take('Export', table.name) });
  return { ExportDescription: this.exports.begin(input, table, nextJob) };
}

/**
 * The table is read and the bucket written in the caller's name; no page says in detail which keys that takes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html#S3DataExport_Requesting_Permissions
 */
ExportTableToPointInTime.access = ({ region }: DynamoDbState, input: ExportTableToPointInTimeInput): Access[] => {
  const { TableArn = '*', S3Bucket, S3Prefix, S3SseKmsKeyId } = input;
  const files = `arn:${region.account.partition.id}:s3:::${S3Bucket}/${S3Prefix === undefined ? '' : `${S3Prefix}/`}AWSDynamoDB/_started`;
  return [
    { action: 'dynamodb:ExportTableToPointInTime', resource: TableArn },
    ...['AbortMultipartUpload', 'PutObject', 'PutObjectAcl'].map((action) => ({
      action: `s3:${action}`,
      resource: files,
    })),
    ...decryption(region, keyOfTable(region, input.TableArn)),
    ...keyUse(region, S3SseKmsKeyId, ['Decrypt', 'GenerateDataKey'], viaService(region, 's3')),
  ];
};
