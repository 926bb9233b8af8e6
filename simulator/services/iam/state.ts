import type { Role } from '@aws-sdk/client-iam';
import { AwsError } from '../../errors';
import { type Access, Service } from '../../service';

/** A role as a world file declares it. */
interface WorldRole {
  RoleName: string;
  Path?: string;
  /** The services that may assume it, e.g. `backup.amazonaws.com`. */
  TrustedServices: string[];
  /** The roles and accounts that may assume it, as ARNs, e.g. `arn:aws:iam::111122223333:root`. */
  TrustedPrincipals?: string[];
  /** ARNs of attached policies. */
  ManagedPolicies: string[];
  /** Inline policies by their names. */
  Policies?: Record<string, Record<string, unknown>>;
}

/** The part of a world that IAM knows. */
interface IamWorld {
  roles?: WorldRole[];
}

interface SimulatedRole {
  name: string;
  id: string;
  path: string;
  arn: string;
  createdAt: Date;
  description: string | undefined;
  maxSessionDuration: number;
  trustPolicy: string;
  /** Whether it comes from a world, rather than from a stack or another call. */
  isDeclared: boolean;
  inlinePolicies: Map<string, string>;
  managedPolicies: string[];
}

export const defaultPageSize = 100;
/** Of a managed policy; spaces do not count (IAM User Guide, "IAM and AWS STS quotas"). */
const POLICY_SIZE = 6144;

/** What the operations of Iam share: its state in one region, and what is looked up in it. */
export class IamState extends Service {
  readonly iamPrefix = 'iam';
  /** The role that an instance profile passes on, by the profile's ARN. */
  readonly instanceProfiles = new Map<string, string>();
  /** The documents of the account's own managed policies, as JSON, by ARN. */
  readonly customerPolicies = new Map<string, string>();
  private readonly ownRoles = new Map<string, SimulatedRole>();
  changes = 0;

  /** Grows with every change, so that permission checks know when to read the policies again. */
  get revision(): number {
    return this.global.changes;
  }

  /** Takes the roles that a world declares, whatever the region. */
  load(world: IamWorld): void {
    for (const declared of world.roles ?? []) {
      const role = this.add(declared.RoleName, declared.Path, trustPolicyFor(declared));
      role.isDeclared = true;
      role.managedPolicies.push(...declared.ManagedPolicies);
      for (const [name, document] of Object.entries(declared.Policies ?? {})) {
        role.inlinePolicies.set(name, JSON.stringify(document));
      }
    }
  }

  /** The roles that a world declared, in its form: those of the stack would be in the way of its next deployment. */
  snapshot(): Required<IamWorld> {
    return {
      roles: [...this.roles.values()]
        .filter(({ isDeclared }) => isDeclared)
        .map((role) => ({
          RoleName: role.name,
          Path: role.path,
          TrustedServices: trusted(role.trustPolicy, 'Service'),
          ...optional('TrustedPrincipals', trusted(role.trustPolicy, 'AWS')),
          ManagedPolicies: [...role.managedPolicies],
          ...optional(
            'Policies',
            Object.fromEntries(
              [...role.inlinePolicies].map(([name, text]) => [name, JSON.parse(text) as Record<string, unknown>]),
            ),
          ),
        })),
    };
  }

  /** The inline policies of a role and the account's own managed ones that it has, as JSON. */
  policiesOf(roleArn: string): object[] {
    const role = this.find(roleArn.slice(roleArn.lastIndexOf('/') + 1));
    const managed = role.managedPolicies.flatMap((arn) => this.global.customerPolicies.get(arn) ?? []);
    return [...role.inlinePolicies.values(), ...managed].map((text) => JSON.parse(text) as object);
  }

  /** Whether that very ARN, path included, is a role's. */
  exists(roleArn: string): boolean {
    return this.roles.get(roleArn.slice(roleArn.lastIndexOf('/') + 1))?.arn === roleArn;
  }

  /** On the role that the request names. */
  override usualAccess(operation: string, { RoleName, Path }: { RoleName?: string; Path?: string }): Access[] {
    const action = `iam:${operation}`;
    if (!RoleName) return [{ action, resource: '*' }];
    return [{ action, resource: this.roles.get(RoleName)?.arn ?? this.roleArn(RoleName, Path ?? '/') }];
  }

  /** Makes a customer managed policy, or gives it another document, as CloudFormation does; no document deletes it. */
  putCustomerPolicy(arn: string, document?: string): void {
    if (document !== undefined && document.replace(/\s/g, '').length > POLICY_SIZE)
      throw new AwsError('LimitExceeded', `Cannot exceed quota for PolicySize: ${POLICY_SIZE}`, 409);
    if (document === undefined) this.global.customerPolicies.delete(arn);
    else this.global.customerPolicies.set(arn, document);
    this.global.changes += 1;
  }

  /** Deletes a role with its policies, as CloudFormation does. */
  removeRole(name: string): void {
    this.roles.delete(this.find(name).name);
    this.global.changes += 1;
  }

  get global(): IamState {
    return this.region.account.region().iam;
  }

  get roles(): Map<string, SimulatedRole> {
    return this.global.ownRoles;
  }

  roleArn(name: string, path: string): string {
    return `arn:${this.region.account.partition.id}:iam::${this.region.account.id}:role${path}${name}`;
  }

  find(name: string | undefined): SimulatedRole {
    const role = this.roles.get(name ?? '');
    if (role) return role;
    throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  }

  add(name: string, path = '/', trustPolicy: string): SimulatedRole {
    const { account } = this.region;
    const role: SimulatedRole = {
      name,
      id: `AROA${account.random.hex(17).toUpperCase()}`,
      path,
      arn: this.roleArn(name, path),
      createdAt: account.clock.date,
      description: undefined,
      maxSessionDuration: 3600,
      trustPolicy,
      isDeclared: false,
      inlinePolicies: new Map(),
      managedPolicies: [],
    };
    this.roles.set(name, role);
    this.global.changes += 1;
    return role;
  }
}

export function shape(role: SimulatedRole): Role {
  return {
    RoleName: role.name,
    RoleId: role.id,
    Path: role.path,
    Arn: role.arn,
    CreateDate: role.createdAt,
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
  };
}

/** `complaint`: what is said of text that is no JSON, which is not the same in every operation. */
export function policyText(document: string | undefined, complaint = 'Syntax errors in policy.'): string {
  try {
    JSON.parse(document ?? '');
  } catch {
    throw new AwsError('MalformedPolicyDocument', complaint);
  }
  return (document ?? '').trim();
}

function trustPolicyFor({ TrustedServices, TrustedPrincipals = [] }: WorldRole): string {
  const principals = [
    ...(TrustedServices.length ? [{ Service: TrustedServices }] : []),
    ...(TrustedPrincipals.length ? [{ AWS: TrustedPrincipals }] : []),
  ];
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: principals.map((Principal) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })),
  });
}

/** A member of a world, unless there is nothing in it. */
function optional<K extends string, V extends object>(key: K, value: V): Partial<Record<K, V>> {
  return Object.keys(value).length > 0 ? ({ [key]: value } as Record<K, V>) : {};
}

function trusted(trustPolicy: string, kind: 'Service' | 'AWS'): string[] {
  type Statement = { Principal?: Partial<Record<'Service' | 'AWS', string | string[]>> };
  const { Statement } = JSON.parse(trustPolicy) as { Statement: Statement | Statement[] };
  return [Statement].flat().flatMap(({ Principal }) => Principal?.[kind] ?? []);
}
