import type { Event, LookupEventsRequest, LookupEventsResponse } from '@aws-sdk/client-cloudtrail';
import { SimulatorError } from '../errors';
import { type Caller, Service } from '../service';
import { requireSupported } from '../supported-parameters';

declare module '../places' {
  interface Region {
    readonly cloudTrail: CloudTrail;
  }
}

/** A management event, and when it was: milliseconds since 1970. */
interface Recorded {
  event: Event;
  calledAt: number;
}

/** By the behaviours of the doubt `cloudTrail.delay`. */
const DELAY_SECONDS = { fifteenMinutes: 15 * 60, fiveMinutes: 5 * 60 };
const PAGE = 50;
/** LookupEvents looks back so far. */
const KEPT_MS = 90 * 24 * 3600 * 1000;

/** AWS CloudTrail: the event history of management events. Only calls of StartExecution are recorded. */
export class CloudTrail extends Service {
  readonly iamPrefix = 'cloudtrail';
  /** Two requests a second, per account and region (API_LookupEvents). */
  override readonly rates = { LookupEvents: { burst: 2, perSecond: 2 } };
  private readonly recorded: Recorded[] = [];

  /** Records a call that succeeded, as its service hands it over. */
  record(eventSource: string, eventName: string, caller: Caller, requestParameters: object, responseElements: object) {
    const { clock } = this.region.account;
    const eventTime = new Date(Math.floor(clock.now / 1000) * 1000);
    const event: Event = {
      EventId: `00000000-0000-4000-8000-${String(this.recorded.length + 1).padStart(12, '0')}`,
      EventName: eventName,
      EventTime: eventTime,
      EventSource: eventSource,
      CloudTrailEvent: JSON.stringify({
        userIdentity: this.identityOf(caller),
        eventTime: eventTime.toISOString().replace('.000Z', 'Z'),
        ...{ eventSource, eventName, awsRegion: this.region.name, requestParameters, responseElements },
        eventType: 'AwsApiCall',
        managementEvent: true,
      }),
    };
    this.recorded.push({ event, calledAt: clock.now });
  }

  /** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html: the newest first. */
  LookupEvents(input: LookupEventsRequest): LookupEventsResponse {
    requireSupported('cloudtrail:LookupEvents', input, [
      'LookupAttributes',
      'StartTime',
      'EndTime',
      'MaxResults',
      'NextToken',
    ]);
    const [attribute, ...others] = input.LookupAttributes ?? [];
    if (attribute?.AttributeKey !== 'EventName' || attribute.AttributeValue !== 'StartExecution' || others.length > 0)
      throw new SimulatorError('LookupEvents is simulated for the event name StartExecution only.');
    const { clock, doubts } = this.region.account;
    const now = clock.now;
    const shownUntil = now - DELAY_SECONDS[doubts.behaviour('cloudTrail.delay')] * 1000;
    const from = Math.max(input.StartTime?.getTime() ?? 0, now - KEPT_MS);
    const until = input.EndTime?.getTime() ?? now;
    const found = this.recorded
      .filter(({ event, calledAt }) => {
        const time = event.EventTime?.getTime() ?? 0;
        return calledAt <= shownUntil && time >= from && time <= until;
      })
      .map(({ event }) => event)
      .reverse();
    const size = input.MaxResults ?? PAGE;
    const first = Number(input.NextToken ?? 0);
    const next = first + size;
    return {
      Events: found.slice(first, next),
      ...(next < found.length && { NextToken: String(next) }),
    };
  }

  /**
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
   */
  private identityOf(caller: Caller): object {
    const { accountId, principalArn } = caller;
    if (principalArn.endsWith('.amazonaws.com')) return { type: 'AWSService', invokedBy: principalArn };
    const { Arn, UserId } = this.region.sts.GetCallerIdentity({}, caller);
    if (!principalArn.includes(':role/')) return { type: 'Root', principalId: accountId, arn: Arn, accountId };
    const [principalId] = String(UserId).split(':');
    return {
      ...{ type: 'AssumedRole', principalId: UserId, arn: Arn, accountId },
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId,
          arn: principalArn,
          accountId,
          userName: principalArn.split('/').at(-1),
        },
      },
    };
  }
}
