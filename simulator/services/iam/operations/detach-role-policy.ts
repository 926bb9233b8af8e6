import type { DetachRolePolicyRequest } from '@aws-sdk/client-iam';
import { AwsError } from '../../../errors';
import type { IamState } from '../state';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html */
export function DetachRolePolicy(this: IamState, input: DetachRolePolicyRequest): Record<string, never> {
  const { managedPolicies } = this.find(input.RoleName);
  const index = managedPolicies.indexOf(input.PolicyArn ?? '');
  if (index < 0) throw new AwsError('NoSuchEntity', `Policy ${input.PolicyArn} was not found.`, 404);
  managedPolicies.splice(index, 1);
  this.global.changes += 1;
  return {};
}
