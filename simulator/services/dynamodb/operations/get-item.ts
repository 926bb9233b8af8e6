import type { GetItemInput, GetItemOutput } from '@aws-sdk/client-dynamodb';
import { itemAccess } from '../access';
import { checkExpressionUse, checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
export function GetItem(this: DynamoDbState, input: GetItemInput): GetItemOutput {
  checkSupported(input);
  checkExpressionUse(input, ['ProjectionExpression']);
  const table = this.usable(required(input, 'TableName'));
  const item = this.read(table, { ...input, Key: required(input, 'Key') });
  return item ? { Item: item } : {};
}

GetItem.access = (state: DynamoDbState, input: GetItemInput) => itemAccess(state.region, 'GetItem', input);
