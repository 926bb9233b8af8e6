import type { GetItemInput, GetItemOutput } from '@aws-sdk/client-dynamodb';
import { checkExpressionUse, checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';

export function GetItem(this: DynamoDbState, input: GetItemInput): GetItemOutput {
  checkSupported(input);
  checkExpressionUse(input, ['ProjectionExpression']);
  const table = this.usable(required(input, 'TableName'));
  const item = this.read(table, { ...input, Key: required(input, 'Key') });
  return item ? { Item: item } : {};
}
