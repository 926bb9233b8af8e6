import type { DescribeRuleRequest, DescribeRuleResponse } from '@aws-sdk/client-cloudwatch-events';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */
export function DescribeRule(this: EventsState, input: DescribeRuleRequest): DescribeRuleResponse {
  return this.describe(this.rule(input.EventBusName, input.Name));
}
