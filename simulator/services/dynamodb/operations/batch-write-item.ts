import type { BatchWriteItemInput, BatchWriteItemOutput } from '@aws-sdk/client-dynamodb';
import { batchAccess } from '../access';
import { batchWrite } from '../batches';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
export function BatchWriteItem(this: DynamoDbState, input: BatchWriteItemInput): BatchWriteItemOutput {
  checkSupported(input);
  const requests = Object.entries(required(input, 'RequestItems')).map(([name, writes]) => ({
    name,
    table: this.usable(name),
    writes,
  }));
  return { UnprocessedItems: batchWrite(requests) };
}

BatchWriteItem.access = (state: DynamoDbState, { RequestItems = {} }: BatchWriteItemInput) =>
  batchAccess(state.region, 'BatchWriteItem', Object.keys(RequestItems));
