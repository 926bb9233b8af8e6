import type { PutItemInput, PutItemOutput } from '@aws-sdk/client-dynamodb';
import { itemAccess } from '../access';
import { checkExpressionUse, checkSupported, checkTableName, required } from '../parameters';
import { attributes, checkReturnValues, type DynamoDbState } from '../state';
import { carryOut, planSingleWrite, returnedAttributes } from '../writes';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
export function PutItem(this: DynamoDbState, input: PutItemInput): PutItemOutput {
  checkTableName(input);
  checkSupported(input);
  checkExpressionUse(input, ['ConditionExpression']);
  checkReturnValues(input.ReturnValues);
  const table = this.usable(required(input, 'TableName'));
  const plan = planSingleWrite(table, { ...input, kind: 'Put', Item: required(input, 'Item') });
  carryOut(plan);
  return attributes(returnedAttributes(plan, input.ReturnValues));
}

PutItem.access = (state: DynamoDbState, input: PutItemInput) => itemAccess(state.region, 'PutItem', input);
