import type { GetRolePolicyRequest, GetRolePolicyResponse } from '@aws-sdk/client-iam';
import { AwsError } from '../../../errors';
import type { IamState } from '../state';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export function GetRolePolicy(this: IamState, input: GetRolePolicyRequest): GetRolePolicyResponse {
  const text = this.find(input.RoleName).inlinePolicies.get(input.PolicyName ?? '');
  if (text === undefined) {
    throw new AwsError('NoSuchEntity', `The role policy with name ${input.PolicyName} cannot be found.`, 404);
  }
  return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument: encodeURIComponent(text) };
}
