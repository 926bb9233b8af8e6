import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html */
export function EnableRule(this: EventsState, input: { Name?: string; EventBusName?: string }): void {
  this.setState(this.rule(input.EventBusName, input.Name), 'ENABLED');
}
