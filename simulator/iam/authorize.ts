import { AwsError } from '../errors';
import type { Account } from '../places';
import type { Access, Caller } from '../service';
import { conditionsHold, type RequestContext } from './conditions';
import { accessDenied } from './denial';
import { hasKeyPolicy, isGranted, ownerOf } from './key-policies';
import { match, type PolicyRequest, parsePolicy, type Statement } from './policy';
import { resourcePolicies } from './resource-policies';
import { iamOf, policiesOfRole, roleArns, trustPolicyOf } from './role-policies';
import { type Grant, Usage } from './usage';

/** Why a request is refused, in the terms of AWS's messages. */
export type Denial =
  | 'no identity-based policy'
  | 'identity-based policy'
  | 'resource-based policy'
  | 'no resource-based policy';

interface RoleState {
  statements: Statement[];
  decisions: Map<string, Denial | 'allowed'>;
  /** A policy that asks for the time gives another answer later. */
  cacheable: boolean;
  /** The condition keys that its policies ask for, in lower case. */
  conditionKeys: Set<string>;
}

/** Decides about requests for one account, remembers its answers, and keeps count of which grants were used. */
class Authorizer {
  readonly usage = new Usage();
  private readonly roles = new Map<string, RoleState>();
  private stamp = '';

  constructor(private readonly account: Account) {}

  decide(caller: Caller, asked: Access): Denial | 'allowed' {
    if (caller.accountId !== this.account.id) return this.askResource(caller, asked) ?? 'no resource-based policy';
    const role = this.role(caller.principalArn);
    const access = workedOut(asked, role.conditionKeys);
    const key = `${access.action} ${access.resource} ${access.context ? JSON.stringify(access.context) : ''}`;
    const known = role.decisions.get(key);
    if (known) return known;
    const decision = this.evaluate(caller, role, access);
    if (role.cacheable) role.decisions.set(key, decision);
    return decision;
  }

  role(roleArn: string): RoleState {
    this.forgetWhatChanged();
    let role = this.roles.get(roleArn);
    if (!role) {
      const policies = policiesOfRole(this.account, roleArn);
      role = {
        statements: policies.flatMap(parsePolicy),
        decisions: new Map(),
        conditionKeys: new Set(
          policies.flatMap(parsePolicy).flatMap(({ conditions }) => Object.values(conditions).flatMap(lowerCaseKeys)),
        ),
        cacheable: !/"aws:(currenttime|epochtime)"/i.test(JSON.stringify(policies)),
      };
      this.roles.set(roleArn, role);
      this.usage.know(roleArn, role.statements);
    }
    return role;
  }

  /** The resource's own policy: its denial, `allowed`, or undefined when it says nothing about this caller. */
  askResource(caller: Caller, access: Access): Denial | 'allowed' | undefined {
    const request = { ...this.request(caller, access), principals: this.principalNames(caller) };
    const statements = resourcePolicies(this.account).statements(access.resource);
    const matching = statements.filter((statement) => match(statement, request));
    if (matching.some(({ effect }) => effect === 'Deny')) return 'resource-based policy';
    return matching.length > 0 ? 'allowed' : undefined;
  }

  /**
   * What the policy of a KMS key says. The account as a principal lets the account's IAM policies decide, and without it
   * they count for nothing (KMS Developer Guide, "Default key policy"); a key of another account needs both.
   */
  private askKey(caller: Caller, access: Access): Denial | 'allowed' | undefined {
    const owner = ownerOf(this.account, access.resource) ?? this.account;
    const ask = (principals: string[]) => {
      const request = { ...this.request(caller, access), principals };
      const matching = resourcePolicies(owner)
        .statements(access.resource)
        .filter((statement) => match(statement, request));
      if (matching.some(({ effect }) => effect === 'Deny')) return 'resource-based policy';
      return matching.length > 0 ? 'allowed' : undefined;
    };
    const names = [
      caller.principalArn,
      caller.accountId,
      `arn:${this.account.partition.id}:iam::${caller.accountId}:root`,
    ];
    if (owner !== this.account) return ask(names) === 'allowed' ? undefined : 'no resource-based policy';
    if (isGranted(this.account, caller, access)) return 'allowed';
    return ask([caller.principalArn]) ?? (ask(names) === 'allowed' ? undefined : 'no resource-based policy');
  }

  private evaluate(caller: Caller, role: RoleState, access: Access): Denial | 'allowed' {
    const request = this.request(caller, access);
    const fromResource = hasKeyPolicy(this.account, access)
      ? this.askKey(caller, access)
      : this.askResource(caller, access);
    if (fromResource === 'no resource-based policy') return fromResource;
    if (fromResource === 'resource-based policy') return fromResource;
    let allowed = fromResource === 'allowed';
    for (const statement of role.statements) {
      const actions = match(statement, request);
      if (!actions) continue;
      if (statement.effect === 'Deny') return 'identity-based policy';
      allowed = true;
      for (const action of actions) this.usage.record(caller.principalArn, statement, action);
    }
    return allowed ? 'allowed' : 'no identity-based policy';
  }

  private request(caller: Caller, access: Access): PolicyRequest {
    return { action: access.action, resource: access.resource, context: this.context(caller, access) };
  }

  private context(caller: Caller, access: Access): RequestContext {
    const context = new Map<string, string[]>();
    const add = (key: string, value: string | string[]) => context.set(key.toLowerCase(), [value].flat());
    const { now, epochSeconds } = this.account.clock;
    const isService = caller.principalArn.endsWith('.amazonaws.com');
    if (!isService) {
      add('aws:PrincipalArn', caller.principalArn);
      add('aws:PrincipalAccount', caller.accountId);
    }
    if (caller.organizationId) add('aws:PrincipalOrgID', caller.organizationId);
    add('aws:PrincipalIsAWSService', String(isService));
    add('aws:SecureTransport', 'true');
    add('aws:CurrentTime', new Date(now).toISOString());
    add('aws:EpochTime', String(Math.floor(epochSeconds)));
    const [, , , region, owner] = access.resource.split(':');
    // Regional services only: an ARN without a region, or `*`, does not tell where the request goes.
    if (region) add('aws:RequestedRegion', region);
    if (owner) add('aws:ResourceAccount', owner);
    for (const [key, value] of Object.entries(access.context ?? {})) if (typeof value !== 'function') add(key, value);
    return context;
  }

  /** The account as a principal delegates to its own identities' policies, so it only counts for other accounts. */
  private principalNames({ principalArn, accountId }: Caller): string[] {
    if (accountId === this.account.id) return [principalArn];
    return [principalArn, accountId, `arn:${this.account.partition.id}:iam::${accountId}:root`];
  }

  private forgetWhatChanged(): void {
    const { revision } = iamOf(this.account);
    const stamp = `${revision} ${resourcePolicies(this.account).revision}`;
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    this.roles.clear();
  }
}

/** The request with those values of its context that these policies ask for, and without the others that take time. */
function workedOut(access: Access, conditionKeys: Set<string>): Access {
  if (!access.context || Object.values(access.context).every((value) => typeof value !== 'function')) return access;
  const context: Record<string, string | string[]> = {};
  for (const [key, value] of Object.entries(access.context)) {
    if (typeof value !== 'function') context[key] = value;
    else if (conditionKeys.has(key.toLowerCase())) context[key] = value();
  }
  return { ...access, context };
}

function lowerCaseKeys(keys: object): string[] {
  return Object.keys(keys).map((key) => key.toLowerCase());
}

const authorizers = new WeakMap<Account, Authorizer>();

function authorizerOf(account: Account): Authorizer {
  let authorizer = authorizers.get(account);
  if (!authorizer) {
    authorizer = new Authorizer(account);
    authorizers.set(account, authorizer);
  }
  return authorizer;
}

/**
 * Holds a request to the policies: throws the AwsError that the service would answer when one of `access` is denied.
 * The first entry is the operation itself; its service decides the error's code unless `code` is given.
 */
export function authorize(account: Account, caller: Caller, access: Access[], code?: string): void {
  if (isOwner(caller, account)) return;
  // A service that acts for a resource is held to that resource's policy, which it asks with its source: serviceMay.
  if (caller.principalArn.endsWith('.amazonaws.com')) return;
  const service = access[0]?.action.split(':')[0] ?? '';
  for (const wanted of access) {
    const decision = authorizerOf(account).decide(caller, wanted);
    if (decision === 'allowed') continue;
    authorizerOf(account).usage.refuse(caller.principalArn, wanted);
    throw accessDenied(caller, wanted, decision, service, code);
  }
}

/** Whether a role may do something; for services that act with a role, such as EventBridge. */
export function isAllowed(account: Account, caller: Caller, access: Access): boolean {
  try {
    authorize(account, caller, [access]);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

/** Counts a caller's right as used, if it has it, where nothing is refused without it. */
export function noteGrant(account: Account, caller: Caller, access: Access): void {
  if (!isOwner(caller, account)) authorizerOf(account).decide(caller, access);
}

/** What SimulatePrincipalPolicy finds in a role's own policies, and the condition keys for which it has no value. */
export function simulatePolicies(
  account: Account,
  roleArn: string,
  { action, resource, context }: PolicyRequest,
): { decision: 'allowed' | 'explicitDeny' | 'implicitDeny'; missing: string[] } {
  const missing = new Set<string>();
  const effects = new Set<string>();
  for (const statement of authorizerOf(account).role(roleArn).statements) {
    if (!match({ ...statement, conditions: {} }, { action, resource, context })) continue;
    for (const key of Object.values(statement.conditions).flatMap((keys) => Object.keys(keys)))
      if (!context.has(key.toLowerCase())) missing.add(key);
    if (conditionsHold(statement.conditions, context)) effects.add(statement.effect);
  }
  const decision = effects.has('Deny') ? 'explicitDeny' : effects.has('Allow') ? 'allowed' : 'implicitDeny';
  return { decision, missing: [...missing] };
}

/** Whether the policy of a resource lets an AWS service act on it, e.g. `events.amazonaws.com` for the rule `sourceArn`. */
export function serviceMay(account: Account, service: string, access: Access, sourceArn: string): boolean {
  const caller = { principalArn: service, accountId: account.id };
  const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': account.id, ...access.context };
  return authorizerOf(account).askResource(caller, { ...access, context }) === 'allowed';
}

const BACKUP = 'backup.amazonaws.com';

/** Whether the trust policy of a role lets an AWS service assume it. */
export function serviceMayAssume(account: Account, service: string, roleArn: string, sourceArn?: string): boolean {
  const document = trustPolicyOf(account, roleArn);
  if (!document) return false;
  const context = new Map<string, string[]>();
  const isGiven = service !== BACKUP || account.doubts.behaviour('backup.sourceAccount') === 'Given';
  if (isGiven) context.set('aws:sourceaccount', [account.id]);
  if (sourceArn) context.set('aws:sourcearn', [sourceArn]);
  const request = { action: 'sts:AssumeRole', resource: roleArn, context, principals: [service] };
  const matching = parsePolicy({ name: roleArn, document }).filter((statement) => match(statement, request));
  return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow');
}

/** The actions that the policies of the account's roles allow and that no request so far has needed. */
export function unusedGrants(account: Account): Grant[] {
  const authorizer = authorizerOf(account);
  for (const roleArn of roleArns(account)) authorizer.role(roleArn);
  return authorizer.usage.unused();
}

/** The actions that requests so far have needed, and the requests that were refused: `<role's ARN> <action> <resource>`. */
export function neededGrants(account: Account): { grants: Grant[]; refusals: string[] } {
  const { usage } = authorizerOf(account);
  return { grants: usage.needed(), refusals: usage.refusals() };
}

function isOwner(caller: Caller, account: Account): boolean {
  if (caller.accountId !== account.id) return false;
  return caller.principalArn === 'root' || caller.principalArn.endsWith(':root');
}
