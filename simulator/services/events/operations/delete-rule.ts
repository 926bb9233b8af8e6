import type { DeleteRuleRequest } from '@aws-sdk/client-cloudwatch-events';
import { validation } from '../rules';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html */
export function DeleteRule(this: EventsState, input: DeleteRuleRequest): void {
  const rule = this.bus(input.EventBusName).rules.get(input.Name ?? '');
  if (!rule) return;
  if (rule.targets.size > 0) throw validation("Rule can't be deleted since it has targets.");
  rule.stopSchedule?.();
  this.bus(input.EventBusName).rules.delete(rule.name);
}
