import type { Region } from './places';

/** Who makes a request. `root` is the account's owner (tests, the operator); everybody else is held to policies. */
export interface Caller {
  /** The role's ARN, or `arn:aws:iam::ACCOUNT:root`. */
  principalArn: string;
  accountId: string;
  /** The caller's organisation, for policies that ask for it. */
  organizationId?: string;
}

/** One question to IAM: may the caller do `action` on `resource`? */
export interface Access {
  action: string;
  resource: string;
  /**
   * Condition keys of the request beyond the global ones, e.g. `iam:PassedToService`. Values that take time to work out
   * are functions, and are only asked for when a policy of the caller's names the key.
   */
  context?: Record<string, string | string[] | (() => string[])>;
}

/** A token bucket, as in the service quotas pages: so many requests at once, refilled at so many a second. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/** What an operation with a file of its own says about the permissions of its caller. */
type OwnAccess = (service: Service, input: object) => Access[];

declare module './places' {
  interface Region {
    /** Finds a service by the `serviceId` of its SDK client. */
    service(serviceId: string): Service;
  }
}

/**
 * A simulated service in one region: a method per API operation, named and typed as in the SDK. A service with many has
 * each in a file of its own, in its folder `operations`. What has no method is not simulated, and a request for it ends the
 * run with a SimulatorError.
 */
export abstract class Service {
  /** The prefix of its IAM actions, e.g. `elasticfilesystem`. */
  abstract readonly iamPrefix: string;

  /** Request rates by operation; operations that are not named are not limited. */
  readonly rates: Record<string, Rate> = {};

  constructor(readonly region: Region) {}

  /** The rate of a request, for services in which it depends on what the account has; undefined: not limited. */
  rateOf(operation: string, _input: unknown): Rate | undefined {
    return this.rates[operation];
  }

  /**
   * The permissions that AWS checks for a request: those that the operation's own file says (`DescribeExport.access`), or
   * else what is usual for the service.
   */
  access(operation: string, input: object): Access[] {
    const own = (this as unknown as Record<string, { access?: OwnAccess } | undefined>)[operation]?.access;
    return own ? own(this, input) : this.usualAccess(operation, input);
  }

  /** What most operations of the service ask for. `input` is the operation's SDK input. */
  usualAccess(operation: string, _input: object): Access[] {
    return [{ action: `${this.iamPrefix}:${operation}`, resource: '*' }];
  }
}
