import type { ListRulesRequest, ListRulesResponse } from '@aws-sdk/client-cloudwatch-events';
import { page } from '../../page';
import { type EventsState, PAGE_SIZE } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
export function ListRules(this: EventsState, input: ListRulesRequest): ListRulesResponse {
  const rules = [...this.bus(input.EventBusName).rules.values()]
    .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextToken } = page(rules, input.Limit ?? PAGE_SIZE, input.NextToken);
  return { Rules: items.map((rule) => this.describe(rule)), ...(nextToken && { NextToken: nextToken }) };
}
