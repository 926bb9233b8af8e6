import type { BatchGetItemInput, BatchGetItemOutput } from '@aws-sdk/client-dynamodb';
import { batchAccess } from '../access';
import { batchGet } from '../batches';
import { bindExpressions } from '../expressions';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export function BatchGetItem(this: DynamoDbState, input: BatchGetItemInput): BatchGetItemOutput {
  checkSupported(input);
  // Names that no expression uses are refused before the table is looked for.
  for (const { ProjectionExpression, ExpressionAttributeNames } of Object.values(required(input, 'RequestItems')))
    bindExpressions({ ProjectionExpression, ExpressionAttributeNames });
  const requests = Object.entries(required(input, 'RequestItems')).map(([name, request]) => ({
    name,
    table: this.usable(name),
    request,
  }));
  return batchGet(requests, (table, request) => this.read(table, request));
}

BatchGetItem.access = (state: DynamoDbState, { RequestItems = {} }: BatchGetItemInput) =>
  batchAccess(state.region, 'BatchGetItem', Object.keys(RequestItems));
