import type { EventsState } from '../state';

export function EnableRule(this: EventsState, input: { Name?: string; EventBusName?: string }): void {
  this.setState(this.rule(input.EventBusName, input.Name), 'ENABLED');
}
