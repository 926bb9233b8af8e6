import type { DeleteRolePolicyRequest } from '@aws-sdk/client-iam';
import { AwsError } from '../../../errors';
import type { IamState } from '../state';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
export function DeleteRolePolicy(this: IamState, input: DeleteRolePolicyRequest): Record<string, never> {
  if (!this.find(input.RoleName).inlinePolicies.delete(input.PolicyName ?? ''))
    throw new AwsError('NoSuchEntity', `The role policy with name ${input.PolicyName} cannot be found.`, 404);
  this.global.changes += 1;
  return {};
}
