import type { PutRolePolicyRequest } from '@aws-sdk/client-iam';
import { type IamState, policyText } from '../state';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export function PutRolePolicy(this: IamState, input: PutRolePolicyRequest): Record<string, never> {
  this.find(input.RoleName).inlinePolicies.set(input.PolicyName ?? '', policyText(input.PolicyDocument));
  this.global.changes += 1;
  return {};
}
