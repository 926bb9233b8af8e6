import type { DescribeEventBusRequest, DescribeEventBusResponse } from '@aws-sdk/client-cloudwatch-events';
import { resourcePolicies } from '../../../iam/resource-policies';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html */
export function DescribeEventBus(this: EventsState, input: DescribeEventBusRequest): DescribeEventBusResponse {
  const { name, arn } = this.bus(input.Name);
  const policy = resourcePolicies(this.region.account).get(arn);
  return { Name: name, Arn: arn, ...(policy && { Policy: JSON.stringify(policy) }) };
}
