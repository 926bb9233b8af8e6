import type { Account } from '../../../account';

interface TestRole {
  /** Policy documents by name. */
  inline?: Record<string, object>;
  /** ARNs of managed policies. */
  attached?: string[];
  /** The trust policy. */
  trust?: object;
}

/** Creates roles, or gives existing ones these policies in addition. */
export function putRoles(account: Account, roles: Record<string, TestRole>): void {
  const { iam } = account.region();
  for (const [RoleName, { inline = {}, attached = [], trust = { Statement: [] } }] of Object.entries(roles)) {
    if (!iam.exists(roleArn(account, RoleName)))
      iam.CreateRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) });
    for (const [PolicyName, document] of Object.entries(inline))
      iam.PutRolePolicy({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) });
    for (const PolicyArn of attached) iam.AttachRolePolicy({ RoleName, PolicyArn });
  }
}

export function roleArn(account: Account, name: string): string {
  return `arn:aws:iam::${account.id}:role/${name}`;
}

/** The trust policy that lets an AWS service assume a role. */
export function trusting(service: string): object {
  return { Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] };
}

/** A policy document with one statement that allows actions on a resource. */
export function allowing(action: string | string[], resource = '*'): object {
  return { Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] };
}
