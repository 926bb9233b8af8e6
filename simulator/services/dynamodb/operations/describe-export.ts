import type { DescribeExportInput, DescribeExportOutput } from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeExport.html */
export function DescribeExport(this: DynamoDbState, input: DescribeExportInput): DescribeExportOutput {
  return this.exports.DescribeExport(required(input, 'ExportArn'));
}

DescribeExport.access = (_state: DynamoDbState, { ExportArn = '*' }: DescribeExportInput): Access[] => [
  { action: 'dynamodb:DescribeExport', resource: ExportArn },
];
