import type { GetResourcePolicyInput, GetResourcePolicyOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html */
export function GetResourcePolicy(this: DynamoDbState, input: GetResourcePolicyInput): GetResourcePolicyOutput {
  const arn = required(input, 'ResourceArn');
  return this.ownerOf(arn).resourcePolicies.get(arn);
}
