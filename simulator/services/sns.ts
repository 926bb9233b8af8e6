import { Service } from '../service';

/** Amazon SNS: topics and what was published to them. */
export class Sns extends Service {
  readonly iamPrefix = 'sns';
}
