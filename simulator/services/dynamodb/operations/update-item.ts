import type { UpdateItemInput, UpdateItemOutput } from '@aws-sdk/client-dynamodb';
import { itemAccess } from '../access';
import { checkExpressionUse, checkSupported, checkTableName, required } from '../parameters';
import { attributes, type DynamoDbState } from '../state';
import { carryOut, planSingleWrite, returnedAttributes } from '../writes';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
export function UpdateItem(this: DynamoDbState, input: UpdateItemInput): UpdateItemOutput {
  checkTableName(input);
  checkSupported(input);
  checkExpressionUse(input, ['UpdateExpression', 'ConditionExpression']);
  const table = this.usable(required(input, 'TableName'));
  const plan = planSingleWrite(table, { ...input, kind: 'Update', Key: required(input, 'Key') });
  carryOut(plan);
  return attributes(returnedAttributes(plan, input.ReturnValues));
}

UpdateItem.access = (state: DynamoDbState, input: UpdateItemInput) => itemAccess(state.region, 'UpdateItem', input);
