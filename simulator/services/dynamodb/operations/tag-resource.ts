import type { TagResourceInput } from '@aws-sdk/client-dynamodb';
import { validation } from '../errors';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html */
export function TagResource(this: DynamoDbState, input: TagResourceInput): object {
  const arn = required(input, 'ResourceArn');
  if (!arn.startsWith('arn:')) throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  const table = this.table(arn);
  for (const { Key, Value } of required(input, 'Tags')) table.tags.set(Key ?? '', Value ?? '');
  return {};
}
