import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { DescribeFileSystemsCommand } from '@aws-sdk/client-efs';
import { efsIn } from '../shared/clients/efs';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { allOf } from '../shared/in-batches';
import { logger } from '../shared/logger';
import { describeError } from '../shared/task';
import { cloudWatch } from './clients';
import { LOG_BUCKET } from './settings';

/** The state of the file systems at a moment; what could not be learnt is left out. */
export interface Measurements {
  fromBytes?: number;
  fromPerformanceMode?: string;
  fromBurstCreditBytes?: number;
  fromPermittedBytesPerSecond?: number;
  toBytes?: number;
  toPerformanceMode?: string;
  logBucketBytes?: number;
}

const REGION = requireEnv('AWS_REGION');
const FIVE_MINUTES = 300;
const DAY = 24 * 3600;

/** Measures what is copied from and to. Never throws: a backup does not fail for want of figures about it. */
export async function measure(from: string, to: string): Promise<Measurements> {
  const [source, target, metrics] = await allOf([
    known(describeFileSystem(from)),
    known(describeFileSystem(to)),
    known(readMetrics(from)),
  ]);
  return {
    fromBytes: source?.SizeInBytes?.Value,
    fromPerformanceMode: source?.PerformanceMode,
    toBytes: target?.SizeInBytes?.Value,
    toPerformanceMode: target?.PerformanceMode,
    ...metrics,
  };
}

async function describeFileSystem(FileSystemId: string) {
  return (await efsIn(REGION).send(new DescribeFileSystemsCommand({ FileSystemId }))).FileSystems?.[0];
}

async function readMetrics(fileSystemId: string): Promise<Measurements> {
  const ofFileSystem = { FileSystemId: fileSystemId };
  const now = nowSeconds();
  const [short, daily] = await allOf([
    newest(now - 6 * FIVE_MINUTES, now, [
      query('fromBurstCreditBytes', 'AWS/EFS', 'BurstCreditBalance', ofFileSystem, FIVE_MINUTES),
      query('fromPermittedBytesPerSecond', 'AWS/EFS', 'PermittedThroughput', ofFileSystem, FIVE_MINUTES),
    ]),
    // S3 reports sizes once a day, and late.
    newest(now - 3 * DAY, now, [
      query(
        'logBucketBytes',
        'AWS/S3',
        'BucketSizeBytes',
        { BucketName: LOG_BUCKET, StorageType: 'StandardStorage' },
        DAY,
      ),
    ]),
  ]);
  return { ...short, ...daily };
}

function query(
  id: keyof Measurements,
  Namespace: string,
  MetricName: string,
  dimensions: Record<string, string>,
  Period: number,
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Id: id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: 'Average' } };
}

/** The newest value of each metric; GetMetricData gives the newest first. */
async function newest(from: number, until: number, MetricDataQueries: MetricDataQuery[]): Promise<Measurements> {
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      MetricDataQueries,
      StartTime: new Date(from * 1000),
      EndTime: new Date(until * 1000),
    }),
  );
  return Object.fromEntries(
    MetricDataResults.flatMap(({ Id, Values }) => (Id && Values?.length ? [[Id, Math.round(Values[0] ?? 0)]] : [])),
  );
}

async function known<T>(measurement: Promise<T>): Promise<T | undefined> {
  try {
    return await measurement;
  } catch (error) {
    logger.warn('Could not measure', { reason: describeError(error) });
    return undefined;
  }
}
