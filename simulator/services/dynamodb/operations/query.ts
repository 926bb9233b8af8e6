import type { QueryInput, QueryOutput } from '@aws-sdk/client-dynamodb';
import { checkSupported, required } from '../parameters';
import { query } from '../reads';
import type { DynamoDbState } from '../state';

export function Query(this: DynamoDbState, input: QueryInput): QueryOutput {
  checkSupported(input);
  return query(this.usable(required(input, 'TableName')), input);
}
