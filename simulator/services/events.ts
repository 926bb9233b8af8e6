import { SimulatorError } from '../errors';
import { Service } from '../service';

/** An event as its targets receive it. */
export interface AwsEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

/** Amazon EventBridge: buses, rules and targets. */
export class Events extends Service {
  readonly iamPrefix = 'events';

  /** An AWS service's own event, onto the default bus. Returns at once; delivery happens in virtual time. */
  emit(_event: { source: string; 'detail-type': string; resources: string[]; detail: unknown }): void {
    throw new SimulatorError('not yet');
  }
}
