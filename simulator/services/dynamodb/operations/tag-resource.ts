import type { TagResourceInput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html */
export function TagResource(this: DynamoDbState, input: TagResourceInput): object {
  const table = this.table(required(input, 'ResourceArn'));
  for (const { Key, Value } of required(input, 'Tags')) table.tags.set(Key ?? '', Value ?? '');
  return {};
}
