import type { PutPermissionRequest } from '@aws-sdk/client-cloudwatch-events';
import { resourcePolicies } from '../../../iam/resource-policies';
import { putPermission } from '../bus-policy';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html */
export function PutPermission(this: EventsState, input: PutPermissionRequest): void {
  putPermission(resourcePolicies(this.region.account), this.bus(input.EventBusName).arn, input);
}
