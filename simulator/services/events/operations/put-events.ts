import type { PutEventsRequest, PutEventsResponse } from '@aws-sdk/client-cloudwatch-events';
import { isAllowed } from '../../../iam/authorize';
import type { Access, Caller } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import { busArn } from '../access';
import { isoSeconds, newEvent } from '../dispatcher';
import { entryProblem, isTooLarge } from '../put-events';
import { validation } from '../rules';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export function PutEvents(
  this: EventsState,
  input: PutEventsRequest,
  caller: Caller = this.region.account.root,
): PutEventsResponse {
  requireSupported('events:PutEvents', input, ['Entries']);
  const entries = input.Entries ?? [];
  if (entries.length < 1 || entries.length > 10)
    throw validation(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${entries.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 10'}`,
    );
  if (isTooLarge(entries)) throw validation('Total size of the entries in the request is over the limit.');
  const Entries = entries.map((entry) => {
    const problem = entryProblem(entry);
    if (problem) return problem;
    const bus = this.bus(entry.EventBusName);
    const context = { 'events:source': entry.Source ?? '', 'events:detail-type': entry.DetailType ?? '' };
    const access = { action: 'events:PutEvents', resource: bus.arn, context };
    if (caller.accountId !== this.region.account.id && !isAllowed(this.region.account, caller, access))
      return { ErrorCode: 'AccessDeniedException', ErrorMessage: `Not authorized to put events on ${bus.arn}.` };
    const event = newEvent(this.region, {
      source: entry.Source ?? '',
      'detail-type': entry.DetailType ?? '',
      resources: [...(entry.Resources ?? [])],
      detail: JSON.parse(entry.Detail ?? '{}'),
    });
    if (entry.Time) event.time = isoSeconds(entry.Time);
    event.account = caller.accountId;
    this.dispatcher.accept(bus, event);
    return { EventId: event.id };
  });
  return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
}

PutEvents.access = ({ region }: EventsState, { Entries = [] }: PutEventsRequest): Access[] =>
  Entries.map((entry) => ({
    action: 'events:PutEvents',
    resource: busArn(region, entry.EventBusName ?? 'default'),
    context: { 'events:source': entry.Source ?? '', 'events:detail-type': entry.DetailType ?? '' },
  }));
