import type { ListRolesRequest, ListRolesResponse } from '@aws-sdk/client-iam';
import { page } from '../../page';
import { defaultPageSize, type IamState, shape } from '../state';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export function ListRoles(this: IamState, input: ListRolesRequest): ListRolesResponse {
  const roles = [...this.roles.values()]
    .filter((role) => role.path.startsWith(input.PathPrefix ?? '/'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextToken } = page(roles, input.MaxItems ?? defaultPageSize, input.Marker);
  return { Roles: items.map(shape), IsTruncated: nextToken !== undefined, Marker: nextToken };
}
