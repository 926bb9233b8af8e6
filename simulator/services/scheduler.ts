import { Service } from '../service';

/** Amazon EventBridge Scheduler. */
export class Scheduler extends Service {
  readonly iamPrefix = 'scheduler';
}
