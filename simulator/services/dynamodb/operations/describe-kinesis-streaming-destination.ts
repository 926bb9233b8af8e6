import type {
  DescribeKinesisStreamingDestinationInput,
  DescribeKinesisStreamingDestinationOutput,
} from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

export function DescribeKinesisStreamingDestination(
  this: DynamoDbState,
  input: DescribeKinesisStreamingDestinationInput,
): DescribeKinesisStreamingDestinationOutput {
  const table = this.table(required(input, 'TableName'));
  return { TableName: table.name, KinesisDataStreamDestinations: table.kinesisDestinations.list() };
}
