import type { KinesisStreamingDestinationInput, KinesisStreamingDestinationOutput } from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import { tableArn } from '../access';
import { required } from '../parameters';
import { busy, type DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_EnableKinesisStreamingDestination.html */
export function EnableKinesisStreamingDestination(
  this: DynamoDbState,
  input: KinesisStreamingDestinationInput,
): KinesisStreamingDestinationOutput {
  const table = this.table(required(input, 'TableName'));
  if (table.status !== 'ACTIVE') throw busy(table);
  const configuration = input.EnableKinesisStreamingConfiguration;
  return table.kinesisDestinations.enable(table, required(input, 'StreamArn'), configuration);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_iam.html */
EnableKinesisStreamingDestination.access = (
  { region }: DynamoDbState,
  { TableName, StreamArn = '*' }: KinesisStreamingDestinationInput,
): Access[] => [
  { action: 'dynamodb:EnableKinesisStreamingDestination', resource: tableArn(region, TableName) },
  { action: 'kinesis:ListStreams', resource: '*' },
  ...['PutRecords', 'DescribeStream'].map((action) => ({ action: `kinesis:${action}`, resource: StreamArn })),
];
