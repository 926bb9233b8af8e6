import type { UntagResourceInput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

export function UntagResource(this: DynamoDbState, input: UntagResourceInput): object {
  const table = this.table(required(input, 'ResourceArn'));
  for (const key of required(input, 'TagKeys')) table.tags.delete(key);
  return {};
}
