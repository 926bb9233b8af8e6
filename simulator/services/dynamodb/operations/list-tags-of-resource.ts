import type { ListTagsOfResourceInput, ListTagsOfResourceOutput } from '@aws-sdk/client-dynamodb';
import { requireSupported } from '../../../supported-parameters';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';
import { sortedTags } from '../world';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html */
export function ListTagsOfResource(this: DynamoDbState, input: ListTagsOfResourceInput): ListTagsOfResourceOutput {
  requireSupported('dynamodb:ListTagsOfResource', input, ['ResourceArn']);
  return { Tags: sortedTags(this.table(required(input, 'ResourceArn'))) };
}
