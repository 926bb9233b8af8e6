import type { Account } from '../places';
import type { Access, Caller } from '../service';
import { resourcePolicies } from './resource-policies';

/** Whether a request is one to a KMS key whose policy is known; the policies of other keys are taken to admit IAM. */
export function hasKeyPolicy(account: Account, { action, resource }: Access): boolean {
  const owner = ownerOf(account, resource);
  return action.startsWith('kms:') && owner !== undefined && resourcePolicies(owner).get(resource) !== undefined;
}

/** The account that a resource belongs to, if it is one of the simulated ones. */
export function ownerOf(account: Account, resource: string): Account | undefined {
  return account.account(resource.split(':')[4] ?? '');
}

/** Whether a grant of the key lets the caller carry out the operation (KMS Developer Guide, "Grants in AWS KMS"). */
export function isGranted(account: Account, caller: Caller, { action, resource }: Access): boolean {
  const [, , , region = ''] = resource.split(':');
  const { Grants = [] } = ownerOf(account, resource)?.region(region).kms.key(resource) ?? {};
  return Grants.some(
    ({ GranteePrincipal, Operations }) =>
      GranteePrincipal === caller.principalArn && Operations.includes(action.slice('kms:'.length)),
  );
}
