import type { TransactGetItemsInput, TransactGetItemsOutput } from '@aws-sdk/client-dynamodb';
import { distinct, tableArn } from '../access';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';
import { checkCount } from '../transactions';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html */
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

TransactGetItems.access = (state: DynamoDbState, { TransactItems = [] }: TransactGetItemsInput) =>
  distinct(
    TransactItems.map((element) => ({
      action: 'dynamodb:GetItem',
      resource: tableArn(state.region, element.Get?.TableName),
    })),
  );
