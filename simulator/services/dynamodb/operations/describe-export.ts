import type { DescribeExportInput, DescribeExportOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

export function DescribeExport(this: DynamoDbState, input: DescribeExportInput): DescribeExportOutput {
  return this.exports.DescribeExport(required(input, 'ExportArn'));
}
