import type { SimulatePolicyResponse, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam';
import { simulatePolicies } from '../../../iam/authorize';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import type { IamState } from '../state';

/**
 * The role's own policies, without permissions boundaries and organizations (API_SimulatePrincipalPolicy). With a list
 * of resources the missing condition values stand in the results of each resource.
 */
export function SimulatePrincipalPolicy(this: IamState, input: SimulatePrincipalPolicyRequest): SimulatePolicyResponse {
  requireSupported('iam:SimulatePrincipalPolicy', input, [
    'PolicySourceArn',
    'ActionNames',
    'ResourceArns',
    'ContextEntries',
  ]);
  const roleArn = input.PolicySourceArn ?? '';
  this.find(roleArn.slice(roleArn.lastIndexOf('/') + 1));
  const context = new Map(
    (input.ContextEntries ?? []).map(({ ContextKeyName = '', ContextKeyValues = [] }) => [
      ContextKeyName.toLowerCase(),
      ContextKeyValues,
    ]),
  );
  const resources = input.ResourceArns ?? ['*'];
  return {
    IsTruncated: false,
    EvaluationResults: (input.ActionNames ?? []).flatMap((action) =>
      resources.map((resource) => {
        const { decision, missing } = simulatePolicies(this.region.account, roleArn, { action, resource, context });
        const isNamed = input.ResourceArns !== undefined;
        return {
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: decision,
          MissingContextValues: isNamed ? [] : missing,
          ...(isNamed && {
            ResourceSpecificResults: [
              { EvalResourceName: resource, EvalResourceDecision: decision, MissingContextValues: missing },
            ],
          }),
        };
      }),
    ),
  };
}

SimulatePrincipalPolicy.access = (
  _state: IamState,
  { PolicySourceArn = '*' }: SimulatePrincipalPolicyRequest,
): Access[] => [{ action: 'iam:SimulatePrincipalPolicy', resource: PolicySourceArn }];
