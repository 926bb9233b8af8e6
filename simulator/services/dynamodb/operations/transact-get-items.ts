import type { TransactGetItemsInput, TransactGetItemsOutput } from '@aws-sdk/client-dynamodb';
import { distinct, tableArn } from '../access';
import { bindExpressions } from '../expressions';
import { checkKey } from '../keys';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';
import { cancelled, checkCount, checkDistinctKeys, reasonOf } from '../transactions';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html */
export function TransactGetItems(this: DynamoDbState, input: TransactGetItemsInput): TransactGetItemsOutput {
  checkSupported(input);
  const elements = required(input, 'TransactItems');
  checkCount('transactItems', elements);
  const gets = elements.map(({ Get }) => {
    const { TableName, Key: key = {}, ...rest } = required({ Get }, 'Get');
    bindExpressions(rest);
    return { table: this.usable(TableName), key, rest };
  });
  const reasons = gets.map(({ table, key }) => {
    try {
      checkKey(table, key);
      return { Code: 'None' };
    } catch (error) {
      return reasonOf(error);
    }
  });
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
  checkDistinctKeys(gets);
  return {
    Responses: gets.map(({ table, key, rest }) => {
      const item = this.read(table, { ...rest, Key: key, ConsistentRead: true });
      return item ? { Item: item } : {};
    }),
  };
}

TransactGetItems.access = (state: DynamoDbState, { TransactItems = [] }: TransactGetItemsInput) =>
  distinct(
    TransactItems.map((element) => ({
      action: 'dynamodb:GetItem',
      resource: tableArn(state.region, element.Get?.TableName),
    })),
  );
