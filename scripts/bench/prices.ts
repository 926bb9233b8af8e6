import type { Table } from './table';

export const HOURS_A_MONTH = 730;
/** One a night. */
export const RUNS_A_MONTH = 30;

/** On-demand prices in us-east-1, in dollars for one unit. */
export const PRICES = {
  stateTransition: 0.025 / 1e3,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  dynamodbWriteUnit: 0.625 / 1e6,
  dynamodbReadUnit: 0.125 / 1e6,
  snsPublish: 0.5 / 1e6,
  sqsRequest: 0.4 / 1e6,
  c7gXlargeHour: 0.145,
  /** Spot prices move: 40 % of the price on demand is an assumption. */
  spotShare: 0.4,
  gp3GibMonth: 0.08,
  efsStandardGibMonth: 0.3,
  efsElasticGibWritten: 0.06,
  efsElasticGibRead: 0.03,
};

/** The prices that the benches reckon with, and where they were read. */
export const PRICE_TABLE: Table = {
  title: 'Prices (us-east-1, read 2026-11-21)',
  columns: ['unit', 'dollars', 'source'],
  rows: [
    ['1,000 Step Functions transitions', '0.025', 'aws.amazon.com/step-functions/pricing'],
    ['1,000,000 Lambda requests', '0.20', 'aws.amazon.com/lambda/pricing'],
    ['1,000 Lambda GB-seconds, arm64', '0.0133334', 'aws.amazon.com/lambda/pricing'],
    ['1,000,000 DynamoDB write request units', '0.625', 'aws.amazon.com/dynamodb/pricing/on-demand'],
    ['1,000,000 DynamoDB read request units', '0.125', 'aws.amazon.com/dynamodb/pricing/on-demand'],
    ['1,000,000 SNS publishes', '0.50', 'aws.amazon.com/sns/pricing'],
    ['1,000,000 SQS requests, standard queue', '0.40', 'aws.amazon.com/sqs/pricing'],
    ['hour of a c7g.xlarge, Linux', '0.145', 'instances.vantage.sh (c7g.16xlarge / 16)'],
    ['hour of a c7g.xlarge, Spot', '0.058', 'assumed: 40 %'],
    ['GB-month of gp3', '0.08', 'aws.amazon.com/ebs/pricing'],
    ['GB-month of EFS Standard', '0.30', 'aws.amazon.com/efs/pricing'],
    ['GB written to EFS, elastic throughput', '0.06', 'aws.amazon.com/efs/pricing'],
    ['GB read from EFS, elastic throughput', '0.03', 'aws.amazon.com/efs/pricing'],
  ],
  notes: [
    'Read in stored copies and reports of these pages. Without free tiers, storage, logs, traces and data transfer.',
    "EventBridge takes nothing for AWS's own events and for scheduled rules.",
    'Lambda asks an empty queue about 15 times a minute: 650,000 SQS requests a month at rest, within the free million.',
  ],
};
