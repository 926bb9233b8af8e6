import { AwsError, SimulatorError } from '../errors';
import type { Account, Region } from '../places';
import { managedPolicy } from './managed-policies';
import type { NamedPolicy, PolicyDocument } from './policy';

type Iam = Region['iam'];

/** IAM as permission checks see it. IAM is global: every region shows the same roles. */
export function iamOf(account: Account): Iam {
  return account.region().iam;
}

/** A role's name: the last part of its ARN. */
export function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

/** The ARNs of all roles of the account. */
export function roleArns(account: Account): string[] {
  const arns: string[] = [];
  let Marker: string | undefined;
  do {
    const page = iamOf(account).ListRoles({ Marker });
    for (const { Arn } of page.Roles ?? []) if (Arn) arns.push(Arn);
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker);
  return arns;
}

/** All identity policies of a role, inline and attached. */
export function policiesOfRole(account: Account, roleArn: string): NamedPolicy[] {
  const iam = iamOf(account);
  const RoleName = roleName(roleArn);
  try {
    const inline = (iam.ListRolePolicies({ RoleName }).PolicyNames ?? []).map((PolicyName) => ({
      name: `${RoleName}/${PolicyName}`,
      document: readDocument(iam.GetRolePolicy({ RoleName, PolicyName }).PolicyDocument),
    }));
    const attached = (iam.ListAttachedRolePolicies({ RoleName }).AttachedPolicies ?? []).map(({ PolicyArn = '' }) => ({
      name: PolicyArn,
      document: attachedDocument(iam, PolicyArn),
    }));
    return [...inline, ...attached];
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchEntity')
      throw new SimulatorError(`A request is made with the role ${roleArn}, which does not exist.`, { cause: error });
    throw error;
  }
}

/** Whether the role's trust policy lets an AWS service assume it; a role that does not exist cannot be assumed. */
export function trustPolicyOf(account: Account, roleArn: string): PolicyDocument | undefined {
  try {
    const role = iamOf(account).GetRole({ RoleName: roleName(roleArn) }).Role;
    return readDocument(role?.AssumeRolePolicyDocument);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

function attachedDocument({ customerPolicies }: Iam, policyArn: string): PolicyDocument {
  const own = customerPolicies.get(policyArn);
  const document = own === undefined ? managedPolicy(policyArn) : readDocument(own);
  if (!document) throw new SimulatorError(`The managed policy ${policyArn} is not simulated.`);
  return document;
}

/** IAM answers with URL-encoded documents. */
function readDocument(text: string | undefined): PolicyDocument {
  const json = text?.startsWith('%7B') ? decodeURIComponent(text) : (text ?? '{"Statement":[]}');
  return JSON.parse(json) as PolicyDocument;
}
