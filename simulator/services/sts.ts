import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import { AwsError } from '../errors';
import { match, parsePolicy } from '../iam/policy';
import { roleName, trustPolicyOf } from '../iam/role-policies';
import type { Account } from '../places';
import { type Access, type Caller, Service } from '../service';
import { requireSupported } from '../supported-parameters';

/** What AssumeRole has given out. */
interface Session {
  caller: Caller;
  name: string;
  expiresAt: Date;
}

declare module '../places' {
  interface Region {
    readonly sts: Sts;
  }
}

/** AWS STS: identities and assumed roles. Credentials of one region are good in all. */
export class Sts extends Service {
  readonly iamPrefix = 'sts';
  private readonly ownSessions = new Map<string, Session>();

  /** The session that these credentials stand for; undefined for an access key that AssumeRole never gave out. */
  sessionOf(accessKeyId: string): Session | undefined {
    return this.sessions.get(accessKeyId);
  }

  override usualAccess(operation: string, input: { RoleArn?: string }): Access[] {
    // No permissions are required for it, and a policy that denies it has no effect.
    if (operation === 'GetCallerIdentity') return [];
    return [{ action: `sts:${operation}`, resource: input.RoleArn ?? '*' }];
  }

  GetCallerIdentity(_input: GetCallerIdentityRequest, caller: Caller): GetCallerIdentityResponse {
    if (!caller.principalArn.includes(':role/')) {
      return {
        Account: caller.accountId,
        UserId: caller.accountId,
        Arn: `arn:${this.region.account.partition.id}:iam::${caller.accountId}:root`,
      };
    }
    const name = roleName(caller.principalArn);
    const session = [...this.sessions.values()].find((known) => known.caller === caller)?.name ?? name;
    const id = this.region.account.region().iam.GetRole({ RoleName: name }).Role?.RoleId;
    return {
      Account: caller.accountId,
      UserId: `${id}:${session}`,
      Arn: `arn:${this.region.account.partition.id}:sts::${caller.accountId}:assumed-role/${name}/${session}`,
    };
  }

  AssumeRole(input: AssumeRoleRequest, caller: Caller): AssumeRoleResponse {
    requireSupported('sts:AssumeRole', input, ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId']);
    const { account } = this.region;
    const roleArn = input.RoleArn ?? '';
    checkSession(roleArn, input.RoleSessionName ?? '');
    const owner = account.account(roleArn.split(':')[4] ?? '');
    if (!owner?.region().iam.exists(roleArn) || !this.trusts(owner, roleArn, caller, input.ExternalId)) {
      throw new AwsError(
        'AccessDenied',
        `User: ${caller.principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
        403,
      );
    }
    const seconds = input.DurationSeconds ?? 3600;
    const { MaxSessionDuration = 3600, RoleId } =
      owner.region().iam.GetRole({ RoleName: roleName(roleArn) }).Role ?? {};
    if (seconds < 900 || seconds > MaxSessionDuration) {
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    }
    const name = input.RoleSessionName ?? '';
    const accessKeyId = `ASIA${account.random.hex(16).toUpperCase()}`;
    const expiresAt = new Date(account.clock.now + seconds * 1000);
    this.sessions.set(accessKeyId, { name, caller: { principalArn: roleArn, accountId: owner.id }, expiresAt });
    return {
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: account.random.hex(40),
        SessionToken: account.random.hex(64),
        Expiration: expiresAt,
      },
      AssumedRoleUser: {
        AssumedRoleId: `${RoleId}:${name}`,
        Arn: `arn:${this.region.account.partition.id}:sts::${owner.id}:assumed-role/${roleName(roleArn)}/${name}`,
      },
    };
  }

  private get sessions(): Map<string, Session> {
    return this.region.account.stackAccount.region().sts.ownSessions;
  }

  private trusts(owner: Account, roleArn: string, caller: Caller, externalId?: string): boolean {
    const document = trustPolicyOf(owner, roleArn);
    if (!document) return false;
    const principals = [
      caller.principalArn,
      `arn:${owner.partition.id}:iam::${caller.accountId}:root`,
      caller.accountId,
    ];
    const context = new Map(
      externalId === undefined ? [] : ([['sts:externalid', [externalId]]] as [string, string[]][]),
    );
    const request = { action: 'sts:AssumeRole', resource: roleArn, context, principals };
    const matching = parsePolicy({ name: roleArn, document }).filter((statement) => match(statement, request));
    return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow');
  }
}

/** What is refused before the role is looked for, in the order and the words that were recorded. */
function checkSession(roleArn: string, name: string): void {
  if (!/^[\w+=,.@-]*$/.test(name))
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  const [arn, partition, service, , , ...resource] = roleArn.split(':');
  if (arn !== 'arn' || !partition || !service || resource.join(':') === '')
    throw new AwsError('ValidationError', `${roleArn} is invalid`);
}
