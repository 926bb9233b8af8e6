import type { ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse } from '@aws-sdk/client-iam';
import { requireSupported } from '../../../supported-parameters';
import { page } from '../../page';
import { defaultPageSize, type IamState } from '../state';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
export function ListAttachedRolePolicies(
  this: IamState,
  input: ListAttachedRolePoliciesRequest,
): ListAttachedRolePoliciesResponse {
  requireSupported('iam:ListAttachedRolePolicies', input, ['RoleName', 'MaxItems', 'Marker']);
  const { items, nextToken } = page(
    this.find(input.RoleName).managedPolicies,
    input.MaxItems ?? defaultPageSize,
    input.Marker,
  );
  return {
    AttachedPolicies: items.map((arn) => ({ PolicyArn: arn, PolicyName: arn.slice(arn.lastIndexOf('/') + 1) })),
    IsTruncated: nextToken !== undefined,
    Marker: nextToken,
  };
}
