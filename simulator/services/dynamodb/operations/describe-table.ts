import type { DescribeTableInput, DescribeTableOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html */
export function DescribeTable(this: DynamoDbState, input: DescribeTableInput): DescribeTableOutput {
  return { Table: this.table(required(input, 'TableName')).describe() };
}
