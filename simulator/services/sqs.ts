import { createHash } from 'node:crypto';
import { AwsError, SimulatorError } from '../errors';
import { resourcePolicies } from '../iam/resource-policies';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { keyUse, viaService } from './key-use';

/** A message in a queue. */
export interface QueueMessage {
  messageId: string;
  body: string;
  /** ISO 8601, in virtual time. */
  sentAt: string;
  receiveCount: number;
  /** In milliseconds since 1970. */
  firstReceivedAt?: number;
  /** Until then, in milliseconds since 1970, no other receiver gets it. */
  hiddenUntil: number;
}

/** What becomes of a message that is sent: lost, kept twice, or late. */
type MessageFault = 'lose' | 'repeat' | { delaySeconds: number };

const LONGEST_DELAY_SECONDS = 900;
const MOST_IN_A_BATCH = 10;
const LONGEST_BATCH_BYTES = 1024 * 1024;
const KEY_OPERATIONS: Record<string, string[]> = {
  'sqs:SendMessage': ['Decrypt', 'GenerateDataKey'],
  'sqs:ReceiveMessage': ['Decrypt'],
};
const BATCH_ENTRY_ID = /^[\w-]{1,80}$/;
const RETENTION_SECONDS = 4 * 24 * 3600;
const VISIBILITY_SECONDS = 30;
const PURGE_PAUSE_SECONDS = 60;
const MOST_MESSAGES = 10;
const LONGEST_WAIT_SECONDS = 20;
const LONGEST_VISIBILITY_SECONDS = 12 * 3600;
/** What a queue without attributes has. */
const DEFAULTS: Record<string, string> = {
  DelaySeconds: '0',
  MaximumMessageSize: String(1024 * 1024),
  MessageRetentionPeriod: String(RETENTION_SECONDS),
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: String(VISIBILITY_SECONDS),
};

/** The attributes that a queue may be made with. Those of encryption have no effect but on rights. */
const SETTINGS = [
  ...Object.keys(DEFAULTS),
  ...['ContentBasedDeduplication', 'DeduplicationScope', 'FifoQueue', 'FifoThroughputLimit'],
  ...['KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId', 'SqsManagedSseEnabled'],
];
/** What ReceiveMessage can tell of a message beside its body (API_ReceiveMessage, MessageSystemAttributeNames). */
const SYSTEM_ATTRIBUTES: Record<string, (message: QueueMessage) => number | undefined> = {
  ApproximateFirstReceiveTimestamp: ({ firstReceivedAt }) => firstReceivedAt,
  ApproximateReceiveCount: ({ receiveCount }) => receiveCount,
  SentTimestamp: ({ sentAt }) => Date.parse(sentAt),
};

interface BatchEntry {
  Id: string;
  MessageBody?: string;
  DelaySeconds?: number;
}

interface Queue {
  url: string;
  /** In milliseconds since 1970. */
  createdAt: number;
  purgedAt?: number;
  attributes: Record<string, string>;
  messages: QueueMessage[];
}

const WRONG_NAME = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$|^[A-Za-z0-9_-]{1,75}\.fifo$/;

interface ReceiveMessageRequest {
  QueueUrl?: string;
  AttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
  MaxNumberOfMessages?: number;
  VisibilityTimeout?: number;
  WaitTimeSeconds?: number;
}

interface ReceiveMessageResult {
  Messages?: {
    MessageId: string;
    ReceiptHandle: string;
    MD5OfBody: string;
    Body: string;
    Attributes?: Record<string, string>;
  }[];
}

declare module '../places' {
  interface Region {
    readonly sqs: Sqs;
  }
}

/** Amazon SQS: queues, as dead-letter targets and as sources of functions. What is and is not simulated: simulator/docs/dynamodb.md. */
export class Sqs extends Service {
  readonly iamPrefix = 'sqs';

  /** Called when a queue has got a message, with the seconds until it can be received. */
  readonly whenSent = new Map<string, (seconds: number) => void>();
  /** What goes wrong with a message on its way into a queue. */
  messageFault: () => MessageFault | undefined = () => undefined;
  private readonly queues = new Map<string, Queue>();

  override usualAccess(operation: string, input: unknown): Access[] {
    const { QueueUrl, QueueName } = input as { QueueUrl?: string; QueueName?: string };
    const name = QueueName ?? QueueUrl?.split('/').pop();
    // There is no action of its own for a batch.
    const action = `sqs:${operation.replace(/Batch$/, '')}`;
    const resource = name === undefined ? '*' : this.region.arn('sqs', name);
    return [{ action, resource }, ...this.ofKey(action, resource)];
  }

  /**
   * What a queue's key asks of those who send to it or read it.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
   */
  ofKey(action: string, queueArn: string): Access[] {
    const operations = KEY_OPERATIONS[action] ?? [];
    const key = this.queues.get(queueArn)?.attributes.KmsMasterKeyId;
    return keyUse(this.region, key, operations, viaService(this.region, 'sqs'));
  }

  /** The messages of a queue in the order in which they came; undefined when there is no such queue. */
  messages(queueArn: string): readonly QueueMessage[] | undefined {
    return this.queues.get(queueArn)?.messages;
  }

  /** What another service of the account does when it sends a message here, e.g. EventBridge a dead letter. */
  deliver(queueArn: string, body: string): string {
    const queue = this.queues.get(queueArn);
    if (!queue) throw noQueue();
    return this.put(queueArn, queue, body, 0);
  }

  private put(queueArn: string, queue: Queue, body: string, delaySeconds: number): string {
    refuseFifo(queueArn);
    const { clock, random } = this.region.account;
    const messageId = random.uuid();
    const sentAt = clock.date.toISOString();
    queue.messages.push({ messageId, body, sentAt, receiveCount: 0, hiddenUntil: clock.now + delaySeconds * 1000 });
    this.whenSent.get(queueArn)?.(delaySeconds);
    return messageId;
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
  SendMessage(input: { QueueUrl?: string; MessageBody?: string; DelaySeconds?: number }): {
    MessageId: string;
    MD5OfMessageBody: string;
  } {
    requireSupported('sqs:SendMessage', input, ['QueueUrl', 'MessageBody', 'DelaySeconds']);
    const [arn, queue] = this.byUrl(input.QueueUrl);
    const { MessageBody = '' } = input;
    const most = Number(queue.attributes.MaximumMessageSize ?? DEFAULTS.MaximumMessageSize);
    if (Buffer.byteLength(MessageBody) > most)
      throw invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
    const delaySeconds = input.DelaySeconds ?? Number(queue.attributes.DelaySeconds ?? 0);
    if (MessageBody === '')
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
    if (delaySeconds < 0 || delaySeconds > LONGEST_DELAY_SECONDS) {
      throw invalidValue(
        `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      );
    }
    const fault = this.messageFault();
    const late = typeof fault === 'object' ? fault.delaySeconds : 0;
    let MessageId = this.region.account.random.uuid();
    if (fault !== 'lose') MessageId = this.put(arn, queue, MessageBody, delaySeconds + late);
    if (fault === 'repeat') this.put(arn, queue, MessageBody, delaySeconds);
    return { MessageId, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
  SendMessageBatch(input: { QueueUrl?: string; Entries?: BatchEntry[] }): {
    Successful: { Id: string; MessageId: string; MD5OfMessageBody: string }[];
    Failed: never[];
  } {
    requireSupported('sqs:SendMessageBatch', input, ['QueueUrl', 'Entries']);
    const { QueueUrl, Entries = [] } = input;
    if (Entries.length === 0)
      throw new AwsError('AWS.SimpleQueueService.EmptyBatchRequest', 'The batch request does not contain any entries.');
    if (Entries.length > MOST_IN_A_BATCH)
      throw new AwsError(
        'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
        `Maximum number of entries per request are ${MOST_IN_A_BATCH}. You have sent ${Entries.length}.`,
      );
    if (!Entries.every(({ Id }) => BATCH_ENTRY_ID.test(Id)))
      throw new AwsError(
        'AWS.SimpleQueueService.InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    const bytes = Entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0);
    if (bytes > LONGEST_BATCH_BYTES)
      throw new AwsError(
        'AWS.SimpleQueueService.BatchRequestTooLong',
        `Batch requests cannot be longer than ${LONGEST_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
      );
    if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length)
      throw new AwsError(
        'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
        'Two or more batch entries have the same Id.',
      );
    // AWS answers for each entry. What it refuses of one is not simulated: it ends the request here.
    const Successful = Entries.map(({ Id, ...entry }) => ({ Id, ...this.SendMessage({ QueueUrl, ...entry }) }));
    return { Successful, Failed: [] };
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
  PurgeQueue({ QueueUrl }: { QueueUrl?: string }): void {
    const [, queue] = this.byUrl(QueueUrl);
    const { now } = this.region.account.clock;
    if (now - (queue.purgedAt ?? Number.NEGATIVE_INFINITY) < PURGE_PAUSE_SECONDS * 1000)
      throw new AwsError(
        'AWS.SimpleQueueService.PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${queue.url.split('/').pop()} is allowed every ${PURGE_PAUSE_SECONDS} seconds.`,
        403,
      );
    queue.purgedAt = now;
    queue.messages = [];
  }

  /** Receives for another service of the account, which knows a queue by its ARN. */
  receive(queueArn: string, most: number): readonly QueueMessage[] {
    const queue = this.queues.get(queueArn);
    if (!queue) throw noQueue();
    return this.take(queue, most, this.visibilitySeconds(queueArn));
  }

  /** Removes a message that was dealt with. */
  forget(queueArn: string, messageId: string): void {
    const queue = this.queues.get(queueArn);
    if (queue) queue.messages = queue.messages.filter((message) => message.messageId !== messageId);
  }

  /** For how long a received message of a queue is hidden. */
  visibilitySeconds(queueArn: string): number {
    return Number(this.queues.get(queueArn)?.attributes.VisibilityTimeout ?? VISIBILITY_SECONDS);
  }

  private take(queue: Queue, most: number, visibilitySeconds: number): readonly QueueMessage[] {
    const { clock } = this.region.account;
    this.dropExpired(queue);
    const visible = queue.messages.filter((message) => message.hiddenUntil <= clock.now).slice(0, most);
    for (const message of visible) {
      message.receiveCount++;
      message.firstReceivedAt ??= clock.now;
      message.hiddenUntil = clock.now + visibilitySeconds * 1000;
    }
    return visible;
  }

  private dropExpired(queue: Queue): void {
    const keptSeconds = Number(queue.attributes.MessageRetentionPeriod ?? RETENTION_SECONDS);
    const { now } = this.region.account.clock;
    queue.messages = queue.messages.filter(({ sentAt }) => now - Date.parse(sentAt) < keptSeconds * 1000);
  }

  private byUrl(url: string | undefined): [arn: string, queue: Queue] {
    const found = [...this.queues].find(([, { url: known }]) => known === url);
    if (!found) throw noQueue();
    return found;
  }

  CreateQueue(input: { QueueName?: string; Attributes?: Record<string, string> }): { QueueUrl: string } {
    requireSupported('sqs:CreateQueue', input, ['QueueName', 'Attributes']);
    const name = input.QueueName ?? '';
    if (!QUEUE_NAME.test(name)) {
      throw invalidValue(WRONG_NAME);
    }
    checkAttributes(name, input.Attributes);
    const arn = this.region.arn('sqs', name);
    const existing = this.queues.get(arn);
    if (existing) checkSameAttributes(existing.attributes, input.Attributes);
    const url = `https://sqs.${this.region.name}.${this.region.account.partition.urlSuffix}/${this.region.account.id}/${name}`;
    if (!existing)
      this.queues.set(arn, {
        url,
        createdAt: this.region.account.clock.now,
        attributes: { ...input.Attributes },
        messages: [],
      });
    return { QueueUrl: url };
  }

  /** Deletes a queue with its messages, as CloudFormation does. */
  removeQueue(arn: string): void {
    this.queues.delete(arn);
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
  ListQueues(input: { QueueNamePrefix?: string }): { QueueUrls?: string[] } {
    requireSupported('sqs:ListQueues', input, ['QueueNamePrefix']);
    const urls = [...this.queues.values()].map(({ url }) => url);
    const found = urls.filter((url) => (url.split('/').pop() ?? '').startsWith(input.QueueNamePrefix ?? ''));
    return found.length > 0 ? { QueueUrls: found.sort() } : {};
  }

  GetQueueUrl(input: { QueueName?: string }): { QueueUrl: string } {
    requireSupported('sqs:GetQueueUrl', input, ['QueueName']);
    const { QueueName = '' } = input;
    const queue = this.queues.get(this.region.arn('sqs', QueueName));
    if (!queue) throw noQueue();
    return { QueueUrl: queue.url };
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
  GetQueueAttributes({ QueueUrl, AttributeNames = [] }: { QueueUrl?: string; AttributeNames?: string[] }): {
    Attributes?: Record<string, string>;
  } {
    const [arn, queue] = this.byUrl(QueueUrl);
    this.dropExpired(queue);
    const isHidden = ({ hiddenUntil }: QueueMessage) => hiddenUntil > this.region.account.clock.now;
    const policy = resourcePolicies(this.region.account).get(arn);
    const changedAt = Math.floor(queue.createdAt / 1000);
    const all: Record<string, unknown> = {
      ...DEFAULTS,
      SqsManagedSseEnabled: queue.attributes.KmsMasterKeyId === undefined,
      CreatedTimestamp: changedAt,
      LastModifiedTimestamp: changedAt,
      ...(policy && { Policy: JSON.stringify(policy) }),
      ...queue.attributes,
      QueueArn: arn,
      ApproximateNumberOfMessages: queue.messages.filter((message) => !isHidden(message)).length,
      ApproximateNumberOfMessagesNotVisible: queue.messages.filter((m) => isHidden(m) && m.receiveCount > 0).length,
      ApproximateNumberOfMessagesDelayed: queue.messages.filter((m) => isHidden(m) && m.receiveCount === 0).length,
    };
    const unknown = AttributeNames.find(
      (name) => name !== 'All' && ![...SETTINGS, 'Policy'].includes(name) && !(name in all),
    );
    if (unknown) throw new SimulatorError(`sqs:GetQueueAttributes: the attribute ${unknown} is not simulated.`);
    const wanted = Object.entries(all).filter(([name]) =>
      AttributeNames.some((each) => each === 'All' || each === name),
    );
    return wanted.length > 0
      ? { Attributes: Object.fromEntries(wanted.map(([name, value]) => [name, String(value)])) }
      : {};
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
  async ReceiveMessage(input: ReceiveMessageRequest): Promise<ReceiveMessageResult> {
    requireSupported('sqs:ReceiveMessage', input, [
      'QueueUrl',
      'AttributeNames',
      'MessageSystemAttributeNames',
      'MaxNumberOfMessages',
      'VisibilityTimeout',
      'WaitTimeSeconds',
    ]);
    const [arn, queue] = this.byUrl(input.QueueUrl);
    refuseFifo(arn);
    // The first is the older name of the second.
    const wanted = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    const unknown = wanted.find((name) => !SYSTEM_ATTRIBUTES[name]);
    if (unknown)
      throw new SimulatorError(`sqs:ReceiveMessage: the attribute ${unknown} of a message is not simulated.`);
    const { MaxNumberOfMessages: most = 1, VisibilityTimeout = this.visibilitySeconds(arn) } = input;
    const waitSeconds = input.WaitTimeSeconds ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds ?? 0);
    if (most < 1 || most > MOST_MESSAGES)
      throw invalidValue(
        `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and ${MOST_MESSAGES}, if provided.`,
      );
    if (waitSeconds < 0 || waitSeconds > LONGEST_WAIT_SECONDS)
      throw invalidValue(
        `Value ${waitSeconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= ${LONGEST_WAIT_SECONDS}, if provided.`,
      );
    if (VisibilityTimeout < 0 || VisibilityTimeout > LONGEST_VISIBILITY_SECONDS)
      throw invalidValue(
        `Value ${VisibilityTimeout} for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= ${LONGEST_VISIBILITY_SECONDS}, if provided.`,
      );
    const { clock } = this.region.account;
    const until = clock.now + waitSeconds * 1000;
    let visible = this.take(queue, most, VisibilityTimeout);
    while (visible.length === 0 && clock.now < until) {
      await clock.sleep(1);
      visible = this.take(queue, most, VisibilityTimeout);
    }
    if (visible.length === 0) return {};
    return {
      Messages: visible.map((message) => ({
        MessageId: message.messageId,
        ReceiptHandle: `${message.messageId}#${message.receiveCount}`,
        MD5OfBody: createHash('md5').update(message.body).digest('hex'),
        Body: message.body,
        ...(wanted.length > 0 && { Attributes: attributesOf(message, wanted) }),
      })),
    };
  }
}

function attributesOf(message: QueueMessage, names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, String(SYSTEM_ATTRIBUTES[name]?.(message))]));
}

/** A FIFO queue can be made and looked at; its order, groups and deduplication are not simulated. */
function refuseFifo(queueArn: string): void {
  if (queueArn.endsWith('.fifo'))
    throw new SimulatorError(`The messages of a FIFO queue (${queueArn}) are not simulated.`);
}

function noQueue(): AwsError {
  return new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
}

/** What only a FIFO queue has; in the words that were recorded. */
function checkAttributes(name: string, attributes: Record<string, string> = {}): void {
  const unknown = Object.keys(attributes).find((attribute) => !SETTINGS.includes(attribute));
  if (unknown) throw new SimulatorError(`The attribute ${unknown} of an SQS queue is not simulated.`);
  if (name.endsWith('.fifo')) {
    if (attributes.FifoQueue !== 'true') throw invalidValue(WRONG_NAME);
    return;
  }
  for (const attribute of Object.keys(attributes)) {
    if (attribute === 'FifoQueue' || attribute === 'ContentBasedDeduplication')
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${attribute}.`);
    if (attribute === 'DeduplicationScope' || attribute === 'FifoThroughputLimit')
      throw new AwsError(
        'InvalidAttributeName',
        `You can specify the ${attribute} only when FifoQueue is set to true.`,
      );
  }
}

/** Creating again is the same queue, unless it asks for another value. */
function checkSameAttributes(known: Record<string, string>, attributes: Record<string, string> = {}): void {
  for (const [name, value] of Object.entries(attributes))
    if (value !== (known[name] ?? DEFAULTS[name]))
      throw new AwsError(
        'QueueAlreadyExists',
        `A queue already exists with the same name and a different value for attribute ${name}`,
      );
}

function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
