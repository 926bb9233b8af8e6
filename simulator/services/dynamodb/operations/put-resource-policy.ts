import type { PutResourcePolicyInput, PutResourcePolicyOutput } from '@aws-sdk/client-dynamodb';
import { requireSupported } from '../../../supported-parameters';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html */
export function PutResourcePolicy(this: DynamoDbState, input: PutResourcePolicyInput): PutResourcePolicyOutput {
  requireSupported('dynamodb:PutResourcePolicy', input, ['ResourceArn', 'Policy', 'ExpectedRevisionId']);
  const arn = required(input, 'ResourceArn');
  const policies = this.ownerOf(arn).resourcePolicies;
  return { RevisionId: policies.put(arn, required(input, 'Policy'), input.ExpectedRevisionId) };
}
