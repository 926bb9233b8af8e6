import type { GetRoleRequest, GetRoleResponse } from '@aws-sdk/client-iam';
import { type IamState, shape } from '../state';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export function GetRole(this: IamState, input: GetRoleRequest): GetRoleResponse {
  return { Role: shape(this.find(input.RoleName)) };
}
