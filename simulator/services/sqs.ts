import { Service } from '../service';

/** Amazon SQS: queues, as dead-letter targets. */
export class Sqs extends Service {
  readonly iamPrefix = 'sqs';
}
