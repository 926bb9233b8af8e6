import type { ListTargetsByRuleRequest, ListTargetsByRuleResponse } from '@aws-sdk/client-cloudwatch-events';
import { page } from '../../page';
import { type EventsState, PAGE_SIZE } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html */
export function ListTargetsByRule(this: EventsState, input: ListTargetsByRuleRequest): ListTargetsByRuleResponse {
  const targets = [...this.rule(input.EventBusName, input.Rule).targets.values()];
  const { items, nextToken } = page(targets, input.Limit ?? PAGE_SIZE, input.NextToken);
  return { Targets: structuredClone(items), ...(nextToken && { NextToken: nextToken }) };
}
