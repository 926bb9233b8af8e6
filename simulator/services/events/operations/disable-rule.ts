import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html */
export function DisableRule(this: EventsState, input: { Name?: string; EventBusName?: string }): void {
  this.setState(this.rule(input.EventBusName, input.Name), 'DISABLED');
}
