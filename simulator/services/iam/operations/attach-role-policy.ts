import type { AttachRolePolicyRequest } from '@aws-sdk/client-iam';
import { AwsError, SimulatorError } from '../../../errors';
import { isManagedByAws } from '../../../iam/managed-policies';
import type { IamState } from '../state';

export function AttachRolePolicy(this: IamState, input: AttachRolePolicyRequest): Record<string, never> {
  const { managedPolicies } = this.find(input.RoleName);
  const arn = input.PolicyArn ?? '';
  if (!isManagedByAws(arn) && !this.global.customerPolicies.has(arn)) {
    throw new SimulatorError(
      `iam:AttachRolePolicy: ${arn} is a customer managed policy that no stack made, which is not simulated.`,
    );
  }
  if (!arn.startsWith(`arn:${this.region.account.partition.id}:`))
    throw new AwsError('InvalidInput', `ARN ${arn} is not valid.`);
  if (!managedPolicies.includes(arn)) managedPolicies.push(arn);
  this.global.changes += 1;
  return {};
}
