import type { BatchWriteItemInput, BatchWriteItemOutput } from '@aws-sdk/client-dynamodb';
import { batchWrite } from '../batches';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';

export function BatchWriteItem(this: DynamoDbState, input: BatchWriteItemInput): BatchWriteItemOutput {
  checkSupported(input);
  const requests = Object.entries(required(input, 'RequestItems')).map(([name, writes]) => ({
    table: this.usable(name),
    writes,
  }));
  batchWrite(requests);
  return { UnprocessedItems: {} };
}
