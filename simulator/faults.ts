import { randomOf } from './cloudformation/names';
import { AwsError } from './errors';
import type { Account, Region } from './places';
import type { Random } from './random';

/** Everything that can go wrong with an API call. Seeds and samples of tests count on the order. */
export const CALL_FAULTS = [
  'throttle',
  'serverError',
  'timeout',
  'timeoutAfterSuccess',
  'accessDenied',
  'slow',
  'staleRead',
  'crashAfter',
] as const;

/** Everything that can happen to an event. */
export const EVENT_FAULTS = ['lose', 'repeat', 'delay', 'reorder', 'foreign'] as const;

const READ = /:(Get|List|Describe|Query|Scan|BatchGet)/;

/** Whether a call only reads: then its answer can be stale, and it changes nothing. */
export function isRead(call: string): boolean {
  return READ.test(call);
}

/** What goes wrong with an API call. */
export interface CallFault {
  /** `ec2:StopInstances`, by IAM prefix and operation; `*` stands for every call. */
  call: string;
  fault: (typeof CALL_FAULTS)[number];
  /** The first call that is hit, counted from 1 (default 1). */
  nth?: number;
  /** How many calls in a row are hit (default 1); `always` for all from the nth on. */
  times?: number | 'always';
  /** Only calls of this function, by its logical id in the template. */
  by?: string;
  /** For `slow`: how long the answer takes (default 20). */
  delaySeconds?: number;
}

/** Stands among the events for each message that a function is to get from a queue. */
export const QUEUE_MESSAGE = 'Queue Message';

/** What goes wrong with an event on its way to the rules, or with a message on its way into a queue. */
export interface EventFault {
  /** The event's detail-type; `*` stands for every event, `Queue Message` for every message. */
  event: string;
  fault: (typeof EVENT_FAULTS)[number];
  nth?: number;
  times?: number | 'always';
  /** For `delay`: how late it comes (default 900). */
  delaySeconds?: number;
}

/** A function whose clock is wrong: Lambda's hosts are in step, and nothing promises by how much. */
interface ClockFault {
  /** The function's logical id in the template; `*` stands for every function, each with a clock of its own. */
  clock: string;
  fault: 'skew';
  /** How far it is ahead of AWS's services (behind, if negative); of `*`, how far at most, either way. */
  skewSeconds: number;
}

export type Fault = CallFault | EventFault | ClockFault;

declare module './places' {
  interface Account {
    readonly faults: Faults;
  }
}

/** The faults that one run has to live with, and how often each has struck. */
export class Faults {
  private readonly seen = new Map<Fault, number>();
  private readonly hits = new Set<Fault>();
  readonly struck: { time: string; what: string }[] = [];

  constructor(
    private readonly account: Account,
    readonly list: Fault[] = [],
  ) {}

  /** The fault that hits this call, if any. Counts the call. */
  forCall(call: string, callerName: string | undefined): CallFault | undefined {
    return this.find(
      (fault): fault is CallFault =>
        'call' in fault && (fault.call === '*' || fault.call === call) && (!fault.by || fault.by === callerName),
      call,
    );
  }

  /** The fault that hits this event, if any. Counts the event. */
  forEvent(detailType: string): EventFault | undefined {
    return this.find(
      (fault): fault is EventFault => 'event' in fault && (fault.event === '*' || fault.event === detailType),
      detailType,
    );
  }

  /** How far the clock of a function is ahead of AWS's services, in milliseconds. The same seed sets it the same. */
  skewMsOf(functionName: string): number {
    let skewMs = 0;
    for (const fault of this.list) {
      if (!('clock' in fault) || (fault.clock !== '*' && fault.clock !== functionName)) continue;
      const share = fault.clock === '*' ? randomOf(this.account.random.seed, 'clock', functionName).between(-1, 1) : 1;
      skewMs += Math.round(share * fault.skewSeconds * 1000);
      this.hits.add(fault);
    }
    return skewMs;
  }

  /** The fault that hits this message, if any. Counts the message. */
  forMessage(): EventFault | undefined {
    return this.find((fault): fault is EventFault => 'event' in fault && fault.event === QUEUE_MESSAGE, QUEUE_MESSAGE);
  }

  /** Those that have hit nothing so far: a misspelt name, or a call that was not made often enough. */
  get idle(): Fault[] {
    return this.list.filter((fault) => !this.hits.has(fault));
  }

  private find<F extends CallFault | EventFault>(applies: (fault: Fault) => fault is F, what: string): F | undefined {
    let hit: F | undefined;
    for (const fault of this.list) {
      if (!applies(fault)) continue;
      const count = (this.seen.get(fault) ?? 0) + 1;
      this.seen.set(fault, count);
      const first = fault.nth ?? 1;
      const last = fault.times === 'always' ? Number.POSITIVE_INFINITY : first + (fault.times ?? 1) - 1;
      if (!hit && count >= first && count <= last) hit = fault;
    }
    if (hit) {
      this.hits.add(hit);
      this.struck.push({ time: this.account.clock.date.toISOString(), what: `${hit.fault} ${what}` });
      this.account.observer.tell('fault', what, { fault: hit.fault });
    }
    return hit;
  }
}

const THROTTLE_CODES: Record<string, [code: string, status: number]> = {
  ec2: ['RequestLimitExceeded', 503],
  autoscaling: ['Throttling', 400],
  s3: ['SlowDown', 503],
  sns: ['Throttling', 400],
  iam: ['Throttling', 400],
  sts: ['Throttling', 400],
  lambda: ['TooManyRequestsException', 429],
  cloudformation: ['Throttling', 400],
  sqs: ['RequestThrottled', 400],
};
const QUERY_SERVICES = ['sns', 'iam', 'sts', 'autoscaling', 'cloudformation', 's3'];
const SERVER_ERROR_CODES: Record<string, string> = {
  ec2: 'InternalError',
  s3: 'InternalError',
  sns: 'InternalError',
  iam: 'ServiceFailure',
  lambda: 'ServiceException',
  dynamodb: 'InternalServerError',
  backup: 'ServiceUnavailableException',
  ssm: 'InternalServerError',
  elasticfilesystem: 'InternalServerError',
};

/** The service's own words for `throttle` and `serverError`. */
export function throttleError(iamPrefix: string): AwsError {
  const [code, status] = THROTTLE_CODES[iamPrefix] ?? ['ThrottlingException', 400];
  return new AwsError(code, 'Rate exceeded', status);
}

export function serverError(iamPrefix: string): AwsError {
  return new AwsError(SERVER_ERROR_CODES[iamPrefix] ?? 'InternalFailure', 'An internal error occurred.', 500);
}

/** A connection that was cut: the SDK sees a socket timeout, not an answer. */
export function connectionTimeout(): Error {
  return Object.assign(new Error('Connection timed out'), { name: 'TimeoutError', code: 'ETIMEDOUT' });
}

/** A name that no DNS server knows: the endpoint of a region that does not exist. */
export function hostNotFound(host: string): Error {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
}

/** Whether an error is a connection that failed, rather than an answer. */
export function isConnectionError(error: unknown): boolean {
  return ['ETIMEDOUT', 'ENOTFOUND'].includes((error as { code?: string }).code ?? '');
}

/** What a region that is not enabled makes of any credentials. */
export function invalidTokenError(iamPrefix: string): AwsError {
  if (iamPrefix === 'ec2') {
    return new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  }
  const code = QUERY_SERVICES.includes(iamPrefix) ? 'InvalidClientTokenId' : 'UnrecognizedClientException';
  return new AwsError(code, 'The security token included in the request is invalid.', 403);
}

/** What becomes of a request with credentials of AssumeRole after their time. */
export function expiredTokenError(iamPrefix: string): AwsError {
  if (iamPrefix === 'ec2') return new AwsError('RequestExpired', 'Request has expired.');
  const code = QUERY_SERVICES.includes(iamPrefix) ? 'ExpiredToken' : 'ExpiredTokenException';
  return new AwsError(code, 'The security token included in the request is expired', 403);
}

/** The code with which a service refuses a caller that has no permission. */
export function accessDeniedCode(iamPrefix: string): string {
  if (iamPrefix === 'ec2') return 'UnauthorizedOperation';
  if (QUERY_SERVICES.includes(iamPrefix)) return iamPrefix === 'sns' ? 'AuthorizationError' : 'AccessDenied';
  return 'AccessDeniedException';
}

/** Lets a region's EventBridge meet the account's event faults. */
export function installEventFaults(region: Region): void {
  const { faults, random } = region.account;
  let isForeign = false;
  region.sqs.messageFault = () => {
    const fault = faults.forMessage();
    if (fault?.fault === 'lose' || fault?.fault === 'repeat') return fault.fault;
    if (fault?.fault === 'delay') return { delaySeconds: fault.delaySeconds ?? 900 };
    if (fault?.fault === 'reorder') return { delaySeconds: random.between(60, 600) };
    return undefined;
  };
  region.events.deliveryFault = (event) => {
    if (isForeign) return undefined;
    const fault = faults.forEvent(event['detail-type']);
    if (fault?.fault === 'lose') return 'lose';
    if (fault?.fault === 'repeat') return { repeat: 2 };
    if (fault?.fault === 'delay') return { delaySeconds: fault.delaySeconds ?? 900 };
    // Later than what was sent after it.
    if (fault?.fault === 'reorder') return { delaySeconds: random.between(60, 600) };
    if (fault?.fault === 'foreign') {
      isForeign = true;
      region.events.emit({ ...event, detail: withOtherIds(event.detail, random) });
      isForeign = false;
    }
    return undefined;
  };
}

/** The same event about something that is not ours. */
function withOtherIds(detail: unknown, random: Random): unknown {
  const text = JSON.stringify(detail);
  return JSON.parse(
    text
      .replace(
        /"(backupJobId|copyJobId|restoreJobId|command-id)":"[^"]*"/g,
        (_match, key) => `"${key}":"${random.uuid()}"`,
      )
      .replace(/"i-[0-9a-f]+"/g, () => `"i-${random.hex(17)}"`),
  );
}
