import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { AttributeValue, ExportDescription, ExportViewType } from '@aws-sdk/client-dynamodb';
import type { Doubts } from '../../doubts';
import type { Region } from '../../places';
import type { Table } from './table';
import { binaryText, equalItems, type Item, itemSize } from './values';

/** One line of a data file, and what it stands for. */
export interface ExportRecord {
  /** The partition key's value, which decides about the file. */
  partitionKey: string;
  line: object;
  /** What DynamoDB counts for it. */
  bytes: number;
}

interface Period {
  /** Milliseconds since 1970, the first inclusive, the last exclusive. */
  from: number;
  to: number;
  view: ExportViewType;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.HowItWorks.html */
const LEAST_BILLED_BYTES = 10 * 1024 * 1024;

/** The table as it was at a time: a line for each item. */
export function fullRecords(table: Table, time: number): ExportRecord[] {
  return table.itemsAt(time).map((item) => ({
    partitionKey: partitionKeyOf(table, item),
    line: { Item: jsonOf(item) },
    bytes: itemSize(item),
  }));
}

/**
 * What changed in a period, compacted to one record for each item: its image at the start and at the end, and the time of
 * the last write. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 */
export function incrementalRecords(table: Table, { from, to, view }: Period, doubts: Doubts): ExportRecord[] {
  const found = table.pointInTimeRecovery.journal.between(from, to, (id) => table.items.get(id));
  return found.flatMap(({ key, before, after, lastAt, bytes }) => {
    if (!before && !after && doubts.behaviour('dynamodb.exportOfInsertAndDelete') === 'none') return [];
    const isSame = before && after && equalItems(before, after);
    if (isSame && doubts.behaviour('dynamodb.exportOfUnchangedItem') === 'none') return [];
    const line = {
      Metadata: { WriteTimestampMicros: { N: String(Math.round(lastAt * 1000)) } },
      Keys: jsonOf(key),
      ...(view === 'NEW_AND_OLD_IMAGES' && before && { OldImage: jsonOf(before) }),
      ...(after && { NewImage: jsonOf(after) }),
    };
    return [{ partitionKey: partitionKeyOf(table, key), line, bytes }];
  });
}

/** Writes the files of an export that is done, and completes its description. */
export function writeExport(
  region: Region,
  description: ExportDescription,
  table: Table,
  records: ExportRecord[],
  partitions: number,
): void {
  const { s3, account } = region;
  const bucket = description.S3Bucket ?? '';
  const isIncremental = description.ExportType === 'INCREMENTAL_EXPORT';
  const root = `${description.S3Prefix === undefined ? '' : `${description.S3Prefix}/`}AWSDynamoDB`;
  const folder = `${root}/${description.ExportArn?.split('/').at(-1)}`;
  // The data of incremental exports are in a folder that all of them share.
  const dataFolder = isIncremental ? `${root}/data` : `${folder}/data`;
  s3.store(bucket, `${folder}/_started`, new Uint8Array());
  const files = Array.from({ length: partitions }, (_, partition) => {
    const lines = records.filter(({ partitionKey }) => partitionOf(partitionKey, partitions) === partition);
    const body = gzipSync(lines.map(({ line }) => `${JSON.stringify(line)}\n`).join(''));
    const dataFileS3Key = `${dataFolder}/${account.random.hex(26)}.json.gz`;
    const etag = s3.store(bucket, dataFileS3Key, body);
    return { itemCount: lines.length, md5Checksum: md5(body), etag: `${etag}-1`, dataFileS3Key };
  });
  const bytes = records.reduce((sum, record) => sum + record.bytes, 0);
  description.ItemCount = records.length;
  description.BilledSizeBytes = isIncremental ? Math.max(LEAST_BILLED_BYTES, bytes) : bytes;
  description.ExportManifest = `${folder}/manifest-summary.json`;
  const manifestFilesS3Key = `${folder}/manifest-files.json`;
  storeWithChecksum(region, bucket, manifestFilesS3Key, files.map((file) => `${JSON.stringify(file)}\n`).join(''));
  storeWithChecksum(
    region,
    bucket,
    description.ExportManifest,
    JSON.stringify(summaryOf(description, table, manifestFilesS3Key)),
  );
}

function summaryOf(description: ExportDescription, table: Table, manifestFilesS3Key: string): object {
  const period = description.IncrementalExportSpecification;
  return {
    version: period ? '2023-08-01' : '2020-06-30',
    exportArn: description.ExportArn,
    startTime: description.StartTime,
    endTime: description.EndTime,
    tableArn: table.arn,
    tableId: table.id,
    ...(period
      ? { exportFromTime: period.ExportFromTime, exportToTime: period.ExportToTime }
      : { exportTime: description.ExportTime }),
    s3Bucket: description.S3Bucket,
    s3Prefix: description.S3Prefix ?? null,
    s3SseAlgorithm: description.S3SseAlgorithm,
    s3SseKmsKeyId: description.S3SseKmsKeyId ?? null,
    manifestFilesS3Key,
    billedSizeBytes: description.BilledSizeBytes,
    itemCount: description.ItemCount,
    outputFormat: description.ExportFormat,
    ...(period && { outputView: period.ExportViewType, exportType: description.ExportType }),
  };
}

function storeWithChecksum({ s3, account }: Region, bucket: string, key: string, text: string): void {
  s3.store(bucket, key, Buffer.from(text));
  const extension = account.doubts.behaviour('dynamodb.exportChecksumFiles');
  s3.store(bucket, key.replace(/json$/, extension), Buffer.from(md5(Buffer.from(text))));
}

function md5(body: Uint8Array): string {
  return createHash('md5').update(body).digest('base64');
}

function partitionKeyOf(table: Table, item: Item): string {
  return JSON.stringify(jsonOf({ key: item[table.key.partition] as AttributeValue }));
}

function partitionOf(partitionKey: string, partitions: number): number {
  return createHash('md5').update(partitionKey).digest().readUInt32BE() % partitions;
}

/** DynamoDB JSON: as in requests, with binary values in base64. */
function jsonOf(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, jsonValue(value)]));
}

function jsonValue(value: AttributeValue): unknown {
  if (value.B) return { B: binaryText(value.B) };
  if (value.BS) return { BS: value.BS.map(binaryText) };
  if (value.L) return { L: value.L.map(jsonValue) };
  if (value.M) return { M: jsonOf(value.M) };
  return value;
}
