import type { ListTablesInput, ListTablesOutput } from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import type { DynamoDbState } from '../state';
import { compareText } from '../values';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html */
export function ListTables(this: DynamoDbState, input: ListTablesInput): ListTablesOutput {
  const limit = input.Limit ?? 100;
  const start = input.ExclusiveStartTableName;
  const names = this.names().filter((name) => start === undefined || compareText(name, start) > 0);
  const page = names.slice(0, limit);
  return {
    TableNames: page,
    ...(names.length > limit && { LastEvaluatedTableName: page[page.length - 1] }),
  };
}

ListTables.access = (): Access[] => [{ action: 'dynamodb:ListTables', resource: '*' }];
