import { createHash } from 'node:crypto';
import { AwsError } from '../errors';
import { type Access, Service } from '../service';

/** A message in a queue. */
interface QueueMessage {
  messageId: string;
  body: string;
  /** ISO 8601, in virtual time. */
  sentAt: string;
  receiveCount: number;
  /** Until then, in milliseconds since 1970, no other receiver gets it. */
  hiddenUntil: number;
}

interface Queue {
  url: string;
  attributes: Record<string, string>;
  messages: QueueMessage[];
}

const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$|^[A-Za-z0-9_-]{1,75}\.fifo$/;

declare module '../places' {
  interface Region {
    readonly sqs: Sqs;
  }
}

/** Amazon SQS: queues, as dead-letter targets. What is and is not simulated: simulator/docs/dynamodb.md. */
export class Sqs extends Service {
  readonly iamPrefix = 'sqs';

  private readonly queues = new Map<string, Queue>();

  override usualAccess(operation: string, input: unknown): Access[] {
    const { QueueUrl, QueueName } = input as { QueueUrl?: string; QueueName?: string };
    const name = QueueName ?? QueueUrl?.split('/').pop();
    return [{ action: `sqs:${operation}`, resource: name === undefined ? '*' : this.region.arn('sqs', name) }];
  }

  /** The messages of a queue in the order in which they came; undefined when there is no such queue. */
  messages(queueArn: string): readonly QueueMessage[] | undefined {
    return this.queues.get(queueArn)?.messages;
  }

  /** What another service of the account does when it sends a message here, e.g. EventBridge a dead letter. */
  deliver(queueArn: string, body: string): string {
    const queue = this.queues.get(queueArn);
    if (!queue) throw noQueue();
    const { clock, random } = this.region.account;
    const messageId = random.uuid();
    queue.messages.push({ messageId, body, sentAt: clock.date.toISOString(), receiveCount: 0, hiddenUntil: 0 });
    return messageId;
  }

  CreateQueue(input: { QueueName?: string; Attributes?: Record<string, string> }): { QueueUrl: string } {
    const name = input.QueueName ?? '';
    if (!QUEUE_NAME.test(name)) {
      throw new AwsError(
        'InvalidParameterValue',
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    }
    const arn = this.region.arn('sqs', name);
    const url = `https://sqs.${this.region.name}.${this.region.account.partition.urlSuffix}/${this.region.account.id}/${name}`;
    if (!this.queues.has(arn)) this.queues.set(arn, { url, attributes: { ...input.Attributes }, messages: [] });
    return { QueueUrl: url };
  }

  /** Deletes a queue with its messages, as CloudFormation does. */
  removeQueue(arn: string): void {
    this.queues.delete(arn);
  }

  ReceiveMessage(input: { QueueUrl?: string; MaxNumberOfMessages?: number; VisibilityTimeout?: number }): {
    Messages?: { MessageId: string; ReceiptHandle: string; MD5OfBody: string; Body: string }[];
  } {
    const queue = [...this.queues.values()].find((each) => each.url === input.QueueUrl);
    if (!queue) throw noQueue();
    const { clock } = this.region.account;
    const timeout = input.VisibilityTimeout ?? Number(queue.attributes.VisibilityTimeout ?? 30);
    const visible = queue.messages
      .filter((message) => message.hiddenUntil <= clock.now)
      .slice(0, input.MaxNumberOfMessages ?? 1);
    for (const message of visible) {
      message.receiveCount++;
      message.hiddenUntil = clock.now + timeout * 1000;
    }
    if (visible.length === 0) return {};
    return {
      Messages: visible.map(({ messageId, body, receiveCount }) => ({
        MessageId: messageId,
        ReceiptHandle: `${messageId}#${receiveCount}`,
        MD5OfBody: createHash('md5').update(body).digest('hex'),
        Body: body,
      })),
    };
  }
}

function noQueue(): AwsError {
  return new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
}
