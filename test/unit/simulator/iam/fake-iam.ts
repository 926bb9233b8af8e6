import type { Account } from '../../../../simulator/account';
import { AwsError } from '../../../../simulator/errors';

export interface FakeRole {
  inline?: Record<string, object>;
  attached?: string[];
  trust?: object;
}

/** Puts roles with their policies into the account without the simulated IAM. Returns a way to change them. */
export function fakeIam(
  account: Account,
  roles: Record<string, FakeRole>,
): (changes: Record<string, FakeRole>) => void {
  const all = new Map(Object.entries(roles));
  const role = (name: string): FakeRole => {
    const found = all.get(name);
    if (!found) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return found;
  };
  const fake = {
    revision: 1,
    ListRoles: () => ({ Roles: [...all.keys()].map((name) => ({ Arn: roleArn(account, name) })) }),
    GetRole: ({ RoleName }: { RoleName: string }) => ({
      Role: { AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role(RoleName).trust ?? { Statement: [] })) },
    }),
    ListRolePolicies: ({ RoleName }: { RoleName: string }) => ({
      PolicyNames: Object.keys(role(RoleName).inline ?? {}),
    }),
    GetRolePolicy: ({ RoleName, PolicyName }: { RoleName: string; PolicyName: string }) => ({
      PolicyDocument: encodeURIComponent(JSON.stringify(role(RoleName).inline?.[PolicyName])),
    }),
    ListAttachedRolePolicies: ({ RoleName }: { RoleName: string }) => ({
      AttachedPolicies: (role(RoleName).attached ?? []).map((PolicyArn) => ({ PolicyArn })),
    }),
  };
  Object.assign(account.region().iam, fake);
  return (changes) => {
    for (const [name, changed] of Object.entries(changes)) all.set(name, changed);
    fake.revision += 1;
    Object.assign(account.region().iam, { revision: fake.revision });
  };
}

export function roleArn(account: Account, name: string): string {
  return `arn:aws:iam::${account.id}:role/${name}`;
}

/** The trust policy that lets an AWS service assume a role. */
export function trusting(service: string): object {
  return { Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] };
}
