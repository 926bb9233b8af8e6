import type { RemoveTargetsRequest, RemoveTargetsResponse } from '@aws-sdk/client-cloudwatch-events';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html */
export function RemoveTargets(this: EventsState, input: RemoveTargetsRequest): RemoveTargetsResponse {
  const rule = this.rule(input.EventBusName, input.Rule);
  const missing = (input.Ids ?? []).filter((id) => !rule.targets.delete(id));
  const FailedEntries = missing.map((TargetId) => ({
    TargetId,
    ErrorCode: 'ResourceNotFoundException',
    ErrorMessage: `Rule ${rule.name} does not have any targets with id ${TargetId}.`,
  }));
  return { FailedEntryCount: FailedEntries.length, FailedEntries };
}
