import type { GetItemInput, GetItemOutput } from '@aws-sdk/client-dynamodb';
import { itemAccess } from '../access';
import { keyText } from '../collection';
import { checkExpressionUse, checkSupported, checkTableName, required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
export function GetItem(this: DynamoDbState, input: GetItemInput): GetItemOutput {
  checkTableName(input);
  checkSupported(input);
  checkExpressionUse(input, ['ProjectionExpression']);
  const table = this.usable(required(input, 'TableName'));
  const Key = required(input, 'Key');
  const partition = Key[table.key.partition];
  const refusal = table.capacity.refusal('Read', partition && keyText(partition));
  if (refusal) throw refusal;
  const item = this.read(table, { ...input, Key });
  return item ? { Item: item } : {};
}

GetItem.access = (state: DynamoDbState, input: GetItemInput) => itemAccess(state.region, 'GetItem', input);
