import type { ListRolePoliciesRequest, ListRolePoliciesResponse } from '@aws-sdk/client-iam';
import { page } from '../../page';
import { defaultPageSize, type IamState } from '../state';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export function ListRolePolicies(this: IamState, input: ListRolePoliciesRequest): ListRolePoliciesResponse {
  const names = [...this.find(input.RoleName).inlinePolicies.keys()];
  const { items, nextToken } = page(names, input.MaxItems ?? defaultPageSize, input.Marker);
  return { PolicyNames: items, IsTruncated: nextToken !== undefined, Marker: nextToken };
}
