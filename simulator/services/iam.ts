import type {
  AttachRolePolicyRequest,
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRolePolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetRoleRequest,
  GetRoleResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListRolesRequest,
  ListRolesResponse,
  PutRolePolicyRequest,
  Role,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import { AwsError, SimulatorError } from '../errors';
import { simulatePolicies } from '../iam/authorize';
import { isManagedByAws } from '../iam/managed-policies';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { page } from './page';

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

const defaultPageSize = 100;

declare module '../places' {
  interface Region {
    readonly iam: Iam;
  }
}

/** AWS IAM: roles and their policies. It is global: every region shows the state that the stack's region holds. */
export class Iam extends Service {
  readonly iamPrefix = 'iam';
  /** The role that an instance profile passes on, by the profile's ARN. */
  readonly instanceProfiles = new Map<string, string>();
  /** The documents of the account's own managed policies, as JSON, by ARN. */
  readonly customerPolicies = new Map<string, string>();
  private readonly ownRoles = new Map<string, SimulatedRole>();
  private changes = 0;

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

  /** The inline policies of a role, as JSON. */
  policiesOf(roleArn: string): object[] {
    const role = this.find(roleArn.slice(roleArn.lastIndexOf('/') + 1));
    return [...role.inlinePolicies.values()].map((text) => JSON.parse(text) as object);
  }

  /** Whether that very ARN, path included, is a role's. */
  exists(roleArn: string): boolean {
    return this.roles.get(roleArn.slice(roleArn.lastIndexOf('/') + 1))?.arn === roleArn;
  }

  override access(
    operation: string,
    input: { RoleName?: string; Path?: string; PolicyArn?: string; PolicySourceArn?: string },
  ): Access[] {
    const action = `iam:${operation}`;
    if (input.PolicySourceArn) return [{ action, resource: input.PolicySourceArn }];
    if (operation === 'ListRoles' || !input.RoleName) return [{ action, resource: '*' }];
    const resource = this.roles.get(input.RoleName)?.arn ?? this.roleArn(input.RoleName, input.Path ?? '/');
    return [{ action, resource, context: input.PolicyArn ? { 'iam:PolicyARN': input.PolicyArn } : {} }];
  }

  CreateRole(input: CreateRoleRequest): CreateRoleResponse {
    requireSupported('iam:CreateRole', input, [
      'RoleName',
      'AssumeRolePolicyDocument',
      'Path',
      'Description',
      'MaxSessionDuration',
    ]);
    const name = input.RoleName ?? '';
    if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
      throw new AwsError(
        'ValidationError',
        'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
      );
    }
    if (this.roles.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    const role = this.add(name, input.Path, policyText(input.AssumeRolePolicyDocument));
    role.description = input.Description;
    role.maxSessionDuration = input.MaxSessionDuration ?? role.maxSessionDuration;
    return { Role: shape(role) };
  }

  GetRole(input: GetRoleRequest): GetRoleResponse {
    return { Role: shape(this.find(input.RoleName)) };
  }

  /** Deletes a role with its policies, as CloudFormation does. */
  removeRole(name: string): void {
    this.roles.delete(this.find(name).name);
    this.global.changes += 1;
  }

  ListRoles(input: ListRolesRequest): ListRolesResponse {
    const roles = [...this.roles.values()]
      .filter((role) => role.path.startsWith(input.PathPrefix ?? '/'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, nextToken } = page(roles, input.MaxItems ?? defaultPageSize, input.Marker);
    return { Roles: items.map(shape), IsTruncated: nextToken !== undefined, Marker: nextToken };
  }

  PutRolePolicy(input: PutRolePolicyRequest): Record<string, never> {
    this.find(input.RoleName).inlinePolicies.set(input.PolicyName ?? '', policyText(input.PolicyDocument));
    this.global.changes += 1;
    return {};
  }

  DeleteRolePolicy(input: DeleteRolePolicyRequest): Record<string, never> {
    if (!this.find(input.RoleName).inlinePolicies.delete(input.PolicyName ?? ''))
      throw new AwsError('NoSuchEntity', `The role policy with name ${input.PolicyName} cannot be found.`, 404);
    this.global.changes += 1;
    return {};
  }

  GetRolePolicy(input: GetRolePolicyRequest): GetRolePolicyResponse {
    const text = this.find(input.RoleName).inlinePolicies.get(input.PolicyName ?? '');
    if (text === undefined) {
      throw new AwsError('NoSuchEntity', `The role policy with name ${input.PolicyName} cannot be found.`, 404);
    }
    return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument: encodeURIComponent(text) };
  }

  ListRolePolicies(input: ListRolePoliciesRequest): ListRolePoliciesResponse {
    const names = [...this.find(input.RoleName).inlinePolicies.keys()];
    const { items, nextToken } = page(names, input.MaxItems ?? defaultPageSize, input.Marker);
    return { PolicyNames: items, IsTruncated: nextToken !== undefined, Marker: nextToken };
  }

  AttachRolePolicy(input: AttachRolePolicyRequest): Record<string, never> {
    const { managedPolicies } = this.find(input.RoleName);
    const arn = input.PolicyArn ?? '';
    if (!isManagedByAws(arn) && !this.global.customerPolicies.has(arn)) {
      throw new SimulatorError(
        `iam:AttachRolePolicy: ${arn} is a customer managed policy that no stack made, which is not simulated.`,
      );
    }
    if (!arn.startsWith(`arn:${this.region.account.partition.id}:`))
      throw new AwsError('InvalidInput', `ARN ${arn} is not valid.`);
    if (!managedPolicies.includes(arn)) managedPolicies.push(arn);
    this.global.changes += 1;
    return {};
  }

  ListAttachedRolePolicies(input: ListAttachedRolePoliciesRequest): ListAttachedRolePoliciesResponse {
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

  /**
   * The role's own policies, without permissions boundaries and organizations (API_SimulatePrincipalPolicy). With a list
   * of resources the missing condition values stand in the results of each resource.
   */
  SimulatePrincipalPolicy(input: SimulatePrincipalPolicyRequest): SimulatePolicyResponse {
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

  private get global(): Iam {
    return this.region.account.region().iam;
  }

  private get roles(): Map<string, SimulatedRole> {
    return this.global.ownRoles;
  }

  private roleArn(name: string, path: string): string {
    return `arn:${this.region.account.partition.id}:iam::${this.region.account.id}:role${path}${name}`;
  }

  private find(name: string | undefined): SimulatedRole {
    const role = this.roles.get(name ?? '');
    if (role) return role;
    throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  }

  private add(name: string, path = '/', trustPolicy: string): SimulatedRole {
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

function shape(role: SimulatedRole): Role {
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

function policyText(document: string | undefined): string {
  try {
    JSON.parse(document ?? '');
  } catch {
    throw new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.');
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
