import type { UntagResourceInput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html */
export function UntagResource(this: DynamoDbState, input: UntagResourceInput): object {
  const table = this.table(required(input, 'ResourceArn'));
  for (const key of required(input, 'TagKeys')) table.tags.delete(key);
  return {};
}
