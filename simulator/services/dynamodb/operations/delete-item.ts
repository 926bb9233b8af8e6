import type { DeleteItemInput, DeleteItemOutput } from '@aws-sdk/client-dynamodb';
import { itemAccess } from '../access';
import { checkExpressionUse, checkSupported, checkTableName, required } from '../parameters';
import { attributes, checkReturnValues, type DynamoDbState } from '../state';
import { carryOut, planSingleWrite, returnedAttributes } from '../writes';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
export function DeleteItem(this: DynamoDbState, input: DeleteItemInput): DeleteItemOutput {
  checkTableName(input);
  checkSupported(input);
  checkExpressionUse(input, ['ConditionExpression']);
  checkReturnValues(input.ReturnValues);
  const table = this.usable(required(input, 'TableName'));
  const plan = planSingleWrite(table, { ...input, kind: 'Delete', Key: required(input, 'Key') });
  carryOut(plan);
  return attributes(returnedAttributes(plan, input.ReturnValues));
}

DeleteItem.access = (state: DynamoDbState, input: DeleteItemInput) => itemAccess(state.region, 'DeleteItem', input);
