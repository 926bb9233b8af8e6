import type {
  DescribeExportOutput,
  ExportDescription,
  ExportTableToPointInTimeInput,
  ListExportsInput,
  ListExportsOutput,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { page } from '../page';
import { validation } from './errors';
import { type ExportRecord, fullRecords, incrementalRecords, writeExport } from './export-files';
import type { Table } from './table';

const SUPPORTED = [
  'TableArn',
  'ExportTime',
  'ClientToken',
  'S3Bucket',
  'S3BucketOwner',
  'S3Prefix',
  'S3SseAlgorithm',
  'S3SseKmsKeyId',
  'ExportFormat',
  'ExportType',
  'IncrementalExportSpecification',
];
const SHORTEST_PERIOD_MS = 15 * 60 * 1000;
const LONGEST_PERIOD_MS = 24 * 3600 * 1000;
const TOKEN_LIFE_MS = 8 * 3600 * 1000;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MOST_AT_ONCE = 300;

interface TableExport {
  description: ExportDescription;
  /** The request as text, for a repeated client token. */
  request: string;
  at: number;
}

/**
 * Exports of tables to S3. What an export holds is decided when it is asked for, as its period is over by then.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
 */
export class TableExports {
  /** The partitions of every table: an export has a file for each, also for an empty one. */
  partitions = 3;
  private readonly byArn = new Map<string, TableExport>();

  constructor(private readonly region: Region) {}

  /** Begins an export that goes as `nextJob` says; a repeated request finds the export that it began before. */
  begin(
    input: ExportTableToPointInTimeInput,
    table: Table,
    nextJob: () => { DurationSeconds: number; Fails?: boolean },
  ): ExportDescription {
    requireSupported('ExportTableToPointInTime', input, SUPPORTED);
    const { clock } = this.region.account;
    const request = JSON.stringify(input);
    const earlier = [...this.byArn.values()].find(({ description, at }) => {
      return description.ClientToken === input.ClientToken && clock.now - at < TOKEN_LIFE_MS;
    });
    if (input.ClientToken !== undefined && earlier) {
      if (earlier.request === request) return { ...earlier.description };
      throw new AwsError('ExportConflictException', 'The client token was used with other parameters');
    }
    const running = [...this.byArn.values()].filter(({ description }) => description.ExportStatus === 'IN_PROGRESS');
    if (running.length >= MOST_AT_ONCE)
      throw new AwsError('LimitExceededException', `Subscriber limit exceeded: ${MOST_AT_ONCE} concurrent exports`);
    const { records, period } = this.recordsOf(input, table);
    const description = this.describe(input, table, period);
    this.byArn.set(description.ExportArn ?? '', { description, request, at: clock.now });
    this.start(description, table, records, nextJob());
    return { ...description };
  }

  DescribeExport(exportArn: string): DescribeExportOutput {
    const found = this.byArn.get(exportArn);
    if (!found) throw new AwsError('ExportNotFoundException', `Export not found: ${exportArn}`);
    return { ExportDescription: { ...found.description } };
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListExports.html */
  ListExports({ TableArn, MaxResults = 25, NextToken }: ListExportsInput): ListExportsOutput {
    const found = [...this.byArn.values()]
      .map(({ description }) => description)
      .filter((description) => TableArn === undefined || description.TableArn === TableArn);
    const { items, nextToken } = page(found, MaxResults, NextToken);
    return {
      ExportSummaries: items.map(({ ExportArn, ExportStatus, ExportType }) => ({
        ExportArn,
        ExportStatus,
        ExportType,
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  }

  private recordsOf(input: ExportTableToPointInTimeInput, table: Table): { records: ExportRecord[]; period: object } {
    const recovery = table.pointInTimeRecovery;
    const { now } = this.region.account.clock;
    if (input.ExportType !== 'INCREMENTAL_EXPORT') {
      const wanted = input.ExportTime
        ? { RestoreDateTime: input.ExportTime }
        : ({ UseLatestRestorableTime: true } as const);
      const time = asExportTime(() => recovery.restoreTime(wanted, now));
      return { records: fullRecords(table, time), period: { ExportTime: new Date(time) } };
    }
    const {
      ExportFromTime,
      ExportToTime,
      ExportViewType = 'NEW_AND_OLD_IMAGES',
    } = input.IncrementalExportSpecification ?? {};
    if (!ExportFromTime) throw validation('ExportFromTime is required for an incremental export');
    const from = asExportTime(() => recovery.restoreTime({ RestoreDateTime: ExportFromTime }, now));
    const until = ExportToTime ? { RestoreDateTime: ExportToTime } : ({ UseLatestRestorableTime: true } as const);
    const to = asExportTime(() => recovery.restoreTime(until, now));
    if (to - from < SHORTEST_PERIOD_MS || to - from > LONGEST_PERIOD_MS)
      throw validation('The export period must be at least 15 minutes and at most 24 hours');
    const specification = { ExportFromTime: new Date(from), ExportToTime: new Date(to), ExportViewType };
    const records = incrementalRecords(table, { from, to, view: ExportViewType }, this.region.account.doubts);
    return { records, period: { IncrementalExportSpecification: specification } };
  }

  private describe(input: ExportTableToPointInTimeInput, table: Table, period: object): ExportDescription {
    const { clock, random } = this.region.account;
    const id = `${String(clock.now).padStart(14, '0')}-${random.hex(8)}`;
    return {
      ExportArn: `${table.arn}/export/${id}`,
      ExportStatus: 'IN_PROGRESS',
      StartTime: clock.date,
      TableArn: table.arn,
      TableId: table.id,
      ClientToken: input.ClientToken ?? random.uuid(),
      S3Bucket: input.S3Bucket,
      ...(input.S3Prefix !== undefined && { S3Prefix: input.S3Prefix }),
      S3SseAlgorithm: input.S3SseAlgorithm ?? 'AES256',
      ...(input.S3SseKmsKeyId !== undefined && { S3SseKmsKeyId: input.S3SseKmsKeyId }),
      ExportFormat: input.ExportFormat ?? 'DYNAMODB_JSON',
      ExportType: input.ExportType ?? 'FULL_EXPORT',
      ...period,
    };
  }

  /** A bucket that is not there fails the export; that is how moto's recordings of AWS have it. */
  private start(
    description: ExportDescription,
    table: Table,
    records: ExportRecord[],
    { DurationSeconds, Fails }: { DurationSeconds: number; Fails?: boolean },
  ): void {
    const { clock } = this.region.account;
    const fail = (FailureCode: string, FailureMessage: string) =>
      Object.assign(description, { ExportStatus: 'FAILED', EndTime: clock.date, FailureCode, FailureMessage });
    clock.after(DurationSeconds, () => {
      if (this.region.s3.keys(description.S3Bucket ?? '') === undefined)
        return void fail('S3NoSuchBucket', 'The specified bucket does not exist');
      if (Fails) return void fail('UNKNOWN', 'The export failed');
      description.EndTime = clock.date;
      writeExport(this.region, description, table, records, this.partitions);
      description.ExportStatus = 'COMPLETED';
    });
  }
}

/** Exports have an error of their own for a time outside the window. */
function asExportTime(read: () => number): number {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'InvalidRestoreTimeException') throw error;
    throw new AwsError(
      'InvalidExportTimeException',
      'The specified export time is outside of the point in time recovery window',
    );
  }
}
