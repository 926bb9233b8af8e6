import type { Table } from './table';

/** On-demand prices in us-east-1, in dollars for one unit. */
export const PRICES = {
  stateTransition: 0.025 / 1e3,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  dynamodbWriteUnit: 0.625 / 1e6,
  dynamodbReadUnit: 0.125 / 1e6,
  snsPublish: 0.5 / 1e6,
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
  ],
  notes: [
    'Read in stored copies and reports of these pages. Without free tiers, storage, logs, traces and data transfer.',
    "EventBridge takes nothing for AWS's own events and for scheduled rules.",
  ],
};
