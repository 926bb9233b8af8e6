import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import { AwsError } from '../errors';
import { match, parsePolicy } from '../iam/policy';
import { roleName, trustPolicyOf } from '../iam/role-policies';
import { type Access, type Caller, Service } from '../service';
import { requireSupported } from '../supported-parameters';

interface Session {
  caller: Caller;
  name: string;
}

/** AWS STS: identities and assumed roles. Credentials of one region are good in all. */
export class Sts extends Service {
  readonly iamPrefix = 'sts';
  private readonly ownSessions = new Map<string, Session>();

  /** Whose credentials these are; undefined for an access key that AssumeRole never gave out. */
  callerOf(accessKeyId: string): Caller | undefined {
    return this.sessions.get(accessKeyId)?.caller;
  }

  override access(operation: string, input: { RoleArn?: string }): Access[] {
    // No permissions are required for it, and a policy that denies it has no effect.
    if (operation === 'GetCallerIdentity') return [];
    return [{ action: `sts:${operation}`, resource: input.RoleArn ?? '*' }];
  }

  GetCallerIdentity(_input: GetCallerIdentityRequest, caller: Caller): GetCallerIdentityResponse {
    if (!caller.principalArn.includes(':role/')) {
      return { Account: caller.accountId, UserId: caller.accountId, Arn: `arn:aws:iam::${caller.accountId}:root` };
    }
    const name = roleName(caller.principalArn);
    const session = [...this.sessions.values()].find((known) => known.caller === caller)?.name ?? name;
    const id = this.region.account.region().iam.GetRole({ RoleName: name }).Role?.RoleId;
    return {
      Account: caller.accountId,
      UserId: `${id}:${session}`,
      Arn: `arn:aws:sts::${caller.accountId}:assumed-role/${name}/${session}`,
    };
  }

  AssumeRole(input: AssumeRoleRequest, caller: Caller): AssumeRoleResponse {
    requireSupported('sts:AssumeRole', input, ['RoleArn', 'RoleSessionName', 'DurationSeconds']);
    const { account } = this.region;
    const roleArn = input.RoleArn ?? '';
    if (!this.region.iam.exists(roleArn) || !this.trusts(roleArn, caller)) {
      throw new AwsError(
        'AccessDenied',
        `User: ${caller.principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
        403,
      );
    }
    const seconds = input.DurationSeconds ?? 3600;
    const { MaxSessionDuration = 3600, RoleId } = this.region.iam.GetRole({ RoleName: roleName(roleArn) }).Role ?? {};
    if (seconds < 900 || seconds > MaxSessionDuration) {
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    }
    const name = input.RoleSessionName ?? '';
    const accessKeyId = `ASIA${account.random.hex(16).toUpperCase()}`;
    this.sessions.set(accessKeyId, { name, caller: { principalArn: roleArn, accountId: account.id } });
    return {
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: account.random.hex(40),
        SessionToken: account.random.hex(64),
        Expiration: new Date(account.clock.now + seconds * 1000),
      },
      AssumedRoleUser: {
        AssumedRoleId: `${RoleId}:${name}`,
        Arn: `arn:aws:sts::${account.id}:assumed-role/${roleName(roleArn)}/${name}`,
      },
    };
  }

  private get sessions(): Map<string, Session> {
    return this.region.account.region().sts.ownSessions;
  }

  private trusts(roleArn: string, caller: Caller): boolean {
    const document = trustPolicyOf(this.region.account, roleArn);
    if (!document) return false;
    const principals = [caller.principalArn, `arn:aws:iam::${caller.accountId}:root`, caller.accountId];
    const request = { action: 'sts:AssumeRole', resource: roleArn, context: new Map(), principals };
    const matching = parsePolicy({ name: roleArn, document }).filter((statement) => match(statement, request));
    return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow');
  }
}
