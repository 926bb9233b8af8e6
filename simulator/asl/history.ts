import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const HISTORY_LIMIT = 25_000;

/** The event history of one execution. */
export class History {
  readonly events: HistoryEvent[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly onAppend: (event: HistoryEvent) => void,
  ) {}

  /** True when only the event that ends the execution still fits. */
  get isFull(): boolean {
    return this.events.length >= HISTORY_LIMIT - 1;
  }

  get lastEventId(): number {
    return this.events.length;
  }

  /** Adds an event and returns its id. */
  append(type: HistoryEventType, previousEventId: number, details?: object): number {
    const id = this.events.length + 1;
    const bare = { timestamp: this.clock.date, type, id, previousEventId };
    const event = details ? { ...bare, [detailsKey(type)]: details } : bare;
    this.events.push(event);
    this.onAppend(event);
    return id;
  }
}

function detailsKey(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`;
}
