import type {
  CreateTopicInput,
  CreateTopicResponse,
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  ListTopicsInput,
  ListTopicsResponse,
  MessageAttributeValue,
  PublishInput,
  PublishResponse,
  SetTopicAttributesInput,
  SubscribeInput,
  SubscribeResponse,
} from '@aws-sdk/client-sns';
import { AwsError, SimulatorError } from '../errors';
import { type Access, Service } from '../service';

/** A message as it was published. */
export interface PublishedMessage {
  /** ISO 8601, in virtual time. */
  time: string;
  topicArn: string;
  messageId: string;
  subject?: string;
  message: string;
  messageAttributes: Record<string, MessageAttributeValue>;
}

/** A subscription; nothing is delivered to it, listeners stand for the readers of the messages. */
interface Subscription {
  subscriptionArn: string;
  topicArn: string;
  protocol: string;
  endpoint?: string;
  /** Email and HTTP addresses have to confirm first, which does not happen here. */
  pending: boolean;
}

const MAX_MESSAGE_BYTES = 256 * 1024;
const PAGE = 100;
const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$|^[A-Za-z0-9_-]{1,251}\.fifo$/;
// Printable ASCII that does not start with a space: a subject becomes the subject line of an email.
const SUBJECT = /^[!-~][ -~]*$/;

const TOPIC_ATTRIBUTES = ['DisplayName', 'KmsMasterKeyId'];

declare module '../places' {
  interface Region {
    readonly sns: Sns;
  }
}

/** Amazon SNS: topics and what was published to them. What is and is not simulated: simulator/docs/dynamodb.md. */
export class Sns extends Service {
  readonly iamPrefix = 'sns';

  /** Every message of the run, in the order of publication. */
  readonly published: PublishedMessage[] = [];
  readonly subscriptions: Subscription[] = [];
  private readonly topics = new Map<string, Record<string, string>>();
  private readonly listeners: ((message: PublishedMessage) => void)[] = [];

  override usualAccess(operation: string, input: unknown): Access[] {
    const { TopicArn, Name } = input as { TopicArn?: string; Name?: string };
    const resource = TopicArn ?? (Name === undefined ? '*' : this.region.arn('sns', Name));
    return [{ action: `sns:${operation}`, resource }];
  }

  /** Calls `listener` with each message from now on, at once when it is published; returns a function that ends this. */
  onPublish(listener: (message: PublishedMessage) => void): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners.splice(this.listeners.indexOf(listener), 1);
    };
  }

  CreateTopic(input: CreateTopicInput): CreateTopicResponse {
    const name = input.Name ?? '';
    if (!TOPIC_NAME.test(name)) throw invalidParameter('Topic Name');
    const arn = this.region.arn('sns', name);
    if (!this.topics.has(arn)) this.topics.set(arn, { ...input.Attributes });
    return { TopicArn: arn };
  }

  /** Deletes a topic with its subscriptions, as CloudFormation does. */
  removeTopic(arn: string): void {
    this.topics.delete(this.topicArn(arn));
    for (const { protocol, endpoint } of this.subscriptions.filter(({ topicArn }) => topicArn === arn))
      this.removeSubscription(arn, protocol, endpoint);
  }

  removeSubscription(topicArn: string, protocol: string, endpoint: string | undefined): void {
    const index = this.subscriptions.findIndex(
      (each) => each.topicArn === topicArn && each.protocol === protocol && each.endpoint === endpoint,
    );
    if (index >= 0) this.subscriptions.splice(index, 1);
  }

  Subscribe(input: SubscribeInput): SubscribeResponse {
    const topicArn = this.topicArn(input.TopicArn);
    if (!input.Protocol) throw invalidParameter('Protocol');
    const known = this.subscriptions.find(
      (each) => each.topicArn === topicArn && each.protocol === input.Protocol && each.endpoint === input.Endpoint,
    );
    if (known) return { SubscriptionArn: known.subscriptionArn };
    const subscriptionArn = `${topicArn}:${this.region.account.random.uuid()}`;
    const pending = /^(email|email-json|http|https)$/.test(input.Protocol);
    const subscription = { subscriptionArn, topicArn, protocol: input.Protocol, endpoint: input.Endpoint, pending };
    this.subscriptions.push(subscription);
    return { SubscriptionArn: pending && !input.ReturnSubscriptionArn ? 'pending confirmation' : subscriptionArn };
  }

  ListTopics(input: ListTopicsInput): ListTopicsResponse {
    const arns = [...this.topics.keys()].sort();
    const start = input.NextToken === undefined ? 0 : arns.findIndex((arn) => arn > (input.NextToken as string));
    const page = start < 0 ? [] : arns.slice(start, start + PAGE);
    const more = start >= 0 && start + PAGE < arns.length;
    return { Topics: page.map((TopicArn) => ({ TopicArn })), ...(more && { NextToken: page[page.length - 1] }) };
  }

  GetTopicAttributes(input: GetTopicAttributesInput): GetTopicAttributesResponse {
    const topicArn = this.topicArn(input.TopicArn);
    const subscriptions = this.subscriptions.filter((each) => each.topicArn === topicArn);
    const pending = subscriptions.filter((each) => each.pending).length;
    return {
      Attributes: {
        DisplayName: '',
        ...this.topics.get(topicArn),
        TopicArn: topicArn,
        Owner: this.region.account.id,
        SubscriptionsConfirmed: String(subscriptions.length - pending),
        SubscriptionsPending: String(pending),
        SubscriptionsDeleted: '0',
      },
    };
  }

  SetTopicAttributes(input: SetTopicAttributesInput): Record<string, never> {
    const { AttributeName = '', AttributeValue } = input;
    const attributes = this.topics.get(this.topicArn(input.TopicArn)) ?? {};
    if (!TOPIC_ATTRIBUTES.includes(AttributeName))
      throw new SimulatorError(`The attribute ${AttributeName} of an SNS topic is not simulated.`);
    attributes[AttributeName] = AttributeValue ?? '';
    return {};
  }

  Publish(input: PublishInput): PublishResponse {
    if (input.PhoneNumber !== undefined) throw new SimulatorError("SNS's text messages are not simulated.");
    const topicArn = this.topicArn(input.TopicArn ?? input.TargetArn);
    checkMessage(input);
    return { MessageId: this.record(topicArn, input) };
  }

  private topicArn(arn: string | undefined): string {
    if (!arn) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
    if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/.test(arn)) throw invalidParameter('TopicArn');
    if (!this.topics.has(arn)) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return arn;
  }

  private record(
    topicArn: string,
    input: { Subject?: string; Message?: string; MessageAttributes?: Record<string, MessageAttributeValue> },
  ): string {
    const { clock, random } = this.region.account;
    const message: PublishedMessage = {
      time: clock.date.toISOString(),
      topicArn,
      messageId: random.uuid(),
      ...(input.Subject !== undefined && { subject: input.Subject }),
      message: input.Message ?? '',
      messageAttributes: { ...input.MessageAttributes },
    };
    this.published.push(message);
    this.region.account.observer.tell('notification', topicArn, {
      ...(message.subject === undefined ? {} : { subject: message.subject }),
      message: message.message,
    });
    for (const listener of [...this.listeners]) listener(message);
    return message.messageId;
  }
}

function checkMessage(input: {
  Subject?: string;
  Message?: string;
  MessageStructure?: string;
  MessageAttributes?: Record<string, MessageAttributeValue>;
}): void {
  if (!input.Message) throw invalidParameter('Empty message');
  if (messageBytes(input.Message, input.MessageAttributes ?? {}) > MAX_MESSAGE_BYTES) {
    throw invalidParameter('Message too long');
  }
  if (input.Subject !== undefined && (input.Subject.length > 100 || !SUBJECT.test(input.Subject))) {
    throw invalidParameter('Subject');
  }
  if (input.MessageStructure === 'json' && !hasDefault(input.Message)) {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
}

/** The attributes count as well: their names, types and values. */
function messageBytes(message: string, attributes: Record<string, MessageAttributeValue>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum + Buffer.byteLength(name + (DataType ?? '') + (StringValue ?? '')) + (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(message),
  );
}

function hasDefault(message: string): boolean {
  try {
    return typeof (JSON.parse(message) as { default?: unknown } | null)?.default === 'string';
  } catch {
    return false;
  }
}

function invalidParameter(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}
