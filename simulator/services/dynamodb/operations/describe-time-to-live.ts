import type { DescribeTimeToLiveInput, DescribeTimeToLiveOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html */
export function DescribeTimeToLive(this: DynamoDbState, input: DescribeTimeToLiveInput): DescribeTimeToLiveOutput {
  const table = this.table(required(input, 'TableName'));
  return { TimeToLiveDescription: table.timeToLive.describe(this.region.account.clock.now) };
}
