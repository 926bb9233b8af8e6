import type {
  DescribeKinesisStreamingDestinationInput,
  DescribeKinesisStreamingDestinationOutput,
} from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import { tableArn } from '../access';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';
import { nameIn } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeKinesisStreamingDestination.html */
export function DescribeKinesisStreamingDestination(
  this: DynamoDbState,
  input: DescribeKinesisStreamingDestinationInput,
): DescribeKinesisStreamingDestinationOutput {
  const table = this.table(required(input, 'TableName'));
  return { TableName: table.name, KinesisDataStreamDestinations: table.kinesisDestinations.list() };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_iam.html */
DescribeKinesisStreamingDestination.access = (
  { region, tables }: DynamoDbState,
  { TableName }: DescribeKinesisStreamingDestinationInput,
): Access[] => {
  const streams = tables.get(nameIn(TableName ?? ''))?.kinesisDestinations.list() ?? [];
  return [
    { action: 'dynamodb:DescribeKinesisStreamingDestination', resource: tableArn(region, TableName) },
    ...streams.flatMap(({ StreamArn = '*' }) =>
      ['DescribeStream', 'DescribeStreamSummary'].map((action) => ({
        action: `kinesis:${action}`,
        resource: StreamArn,
      })),
    ),
  ];
};
