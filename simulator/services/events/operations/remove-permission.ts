import type { RemovePermissionRequest } from '@aws-sdk/client-cloudwatch-events';
import { resourcePolicies } from '../../../iam/resource-policies';
import { removePermission } from '../bus-policy';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemovePermission.html */
export function RemovePermission(this: EventsState, input: RemovePermissionRequest): void {
  removePermission(resourcePolicies(this.region.account), this.bus(input.EventBusName).arn, input);
}
