import type { QueryInput, QueryOutput } from '@aws-sdk/client-dynamodb';
import { itemAccess } from '../access';
import { checkSupported, checkTableName, required } from '../parameters';
import { query } from '../reads';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
export function Query(this: DynamoDbState, input: QueryInput): QueryOutput {
  checkTableName(input);
  checkSupported(input);
  return query(this.usable(required(input, 'TableName')), input);
}

Query.access = (state: DynamoDbState, input: QueryInput) => itemAccess(state.region, 'Query', input);
