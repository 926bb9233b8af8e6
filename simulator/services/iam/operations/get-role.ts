import type { GetRoleRequest, GetRoleResponse } from '@aws-sdk/client-iam';
import { type IamState, shape } from '../state';

export function GetRole(this: IamState, input: GetRoleRequest): GetRoleResponse {
  return { Role: shape(this.find(input.RoleName)) };
}
