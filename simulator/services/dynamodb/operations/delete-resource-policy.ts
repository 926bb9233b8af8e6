import type { DeleteResourcePolicyInput, DeleteResourcePolicyOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteResourcePolicy.html */
export function DeleteResourcePolicy(
  this: DynamoDbState,
  input: DeleteResourcePolicyInput,
): DeleteResourcePolicyOutput {
  const arn = required(input, 'ResourceArn');
  const RevisionId = this.ownerOf(arn).resourcePolicies.delete(arn, input.ExpectedRevisionId);
  return RevisionId === undefined ? {} : { RevisionId };
}
