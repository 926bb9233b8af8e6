import type { TransactGetItemsInput, TransactGetItemsOutput } from '@aws-sdk/client-dynamodb';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';
import { checkCount } from '../transactions';

export function TransactGetItems(this: DynamoDbState, input: TransactGetItemsInput): TransactGetItemsOutput {
  checkSupported(input);
  const elements = required(input, 'TransactItems');
  checkCount('transactItems', elements.length);
  const responses = elements.map(({ Get }) => {
    const { TableName, Key, ...rest } = required({ Get }, 'Get');
    const item = this.read(this.usable(TableName), { Key: Key ?? {}, ...rest, ConsistentRead: true });
    return item ? { Item: item } : {};
  });
  return { Responses: responses };
}
