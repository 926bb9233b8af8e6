import type { AttachRolePolicyRequest } from '@aws-sdk/client-iam';
import { AwsError } from '../../../errors';
import { isManagedByAws } from '../../../iam/managed-policies';
import type { Access } from '../../../service';
import type { IamState } from '../state';

/** Of an account that asked for no more (IAM User Guide, "IAM and AWS STS quotas"). */
const POLICIES_PER_ROLE = 10;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export function AttachRolePolicy(this: IamState, input: AttachRolePolicyRequest): Record<string, never> {
  const { managedPolicies } = this.find(input.RoleName);
  const arn = input.PolicyArn ?? '';
  if (!arn.startsWith('arn:')) throw new AwsError('ValidationError', 'Invalid ARN:  Could not be parsed!');
  if (!isManagedByAws(arn) && !this.global.customerPolicies.has(arn)) {
    // Only a stack makes policies here: what none made is not there.
    throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
  }
  if (!arn.startsWith(`arn:${this.region.account.partition.id}:`))
    throw new AwsError('InvalidInput', `ARN ${arn} is not valid.`);
  if (managedPolicies.includes(arn)) return {};
  if (managedPolicies.length >= POLICIES_PER_ROLE)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${POLICIES_PER_ROLE}`, 409);
  managedPolicies.push(arn);
  this.global.changes += 1;
  return {};
}

AttachRolePolicy.access = (state: IamState, input: AttachRolePolicyRequest): Access[] => {
  const context: Access['context'] = input.PolicyArn ? { 'iam:PolicyARN': input.PolicyArn } : {};
  return state.usualAccess('AttachRolePolicy', input).map((access) => ({ ...access, context }));
};
