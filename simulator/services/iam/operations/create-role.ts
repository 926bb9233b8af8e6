import type { CreateRoleRequest, CreateRoleResponse } from '@aws-sdk/client-iam';
import { AwsError } from '../../../errors';
import { requireSupported } from '../../../supported-parameters';
import { type IamState, policyText, shape } from '../state';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export function CreateRole(this: IamState, input: CreateRoleRequest): CreateRoleResponse {
  requireSupported('iam:CreateRole', input, [
    'RoleName',
    'AssumeRolePolicyDocument',
    'Path',
    'Description',
    'MaxSessionDuration',
  ]);
  const name = input.RoleName ?? '';
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
    throw new AwsError(
      'ValidationError',
      'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    );
  }
  if (this.roles.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
  const role = this.add(
    name,
    input.Path,
    policyText(input.AssumeRolePolicyDocument, 'This policy contains invalid Json'),
  );
  role.description = input.Description;
  role.maxSessionDuration = input.MaxSessionDuration ?? role.maxSessionDuration;
  return { Role: shape(role) };
}
