import type { ListExportsInput, ListExportsOutput } from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListExports.html */
export function ListExports(this: DynamoDbState, input: ListExportsInput): ListExportsOutput {
  return this.exports.ListExports(input);
}

ListExports.access = (): Access[] => [{ action: 'dynamodb:ListExports', resource: '*' }];
