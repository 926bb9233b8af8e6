import type { ListExportsInput, ListExportsOutput } from '@aws-sdk/client-dynamodb';
import type { DynamoDbState } from '../state';

export function ListExports(this: DynamoDbState, input: ListExportsInput): ListExportsOutput {
  return this.exports.ListExports(input);
}
