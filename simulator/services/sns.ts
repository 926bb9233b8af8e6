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
  Tag,
} from '@aws-sdk/client-sns';
import { AwsError, SimulatorError } from '../errors';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { keyUse, viaService } from './key-use';
import { checkMessage } from './sns/message';
import { invalidParameter, requireArn } from './sns/refusals';
import { attributesOf, checkEndpoint, checkSameAttributes, isPhoneNumber, type Subscription } from './sns/subscription';

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

interface Topic {
  attributes: Record<string, string>;
  tags: Tag[];
}

const PAGE = 100;
const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$|^[A-Za-z0-9_-]{1,251}\.fifo$/;
/** What a topic without attributes has. */
const DEFAULTS: Record<string, string> = { DisplayName: '', FifoTopic: 'false', SignatureVersion: '1' };
const TOPIC_ATTRIBUTES = ['DisplayName', 'KmsMasterKeyId'];
const CREATION_ATTRIBUTES = [...TOPIC_ATTRIBUTES, 'ContentBasedDeduplication', 'FifoTopic', 'SignatureVersion'];

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
  private readonly topics = new Map<string, Topic>();
  private readonly listeners: ((message: PublishedMessage) => void)[] = [];

  override usualAccess(operation: string, input: unknown): Access[] {
    const { TopicArn, Name } = input as { TopicArn?: string; Name?: string };
    const resource = TopicArn ?? (Name === undefined ? '*' : this.region.arn('sns', Name));
    const key = operation === 'Publish' ? this.topics.get(resource)?.attributes.KmsMasterKeyId : undefined;
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html: who publishes needs the key of the topic.
    const ofKey = keyUse(this.region, key, ['Decrypt', 'GenerateDataKey'], viaService(this.region, 'sns'));
    return [{ action: `sns:${operation}`, resource }, ...ofKey];
  }

  /** Calls `listener` with each message from now on, at once when it is published; returns a function that ends this. */
  onPublish(listener: (message: PublishedMessage) => void): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners.splice(this.listeners.indexOf(listener), 1);
    };
  }

  CreateTopic(input: CreateTopicInput): CreateTopicResponse {
    requireSupported('sns:CreateTopic', input, ['Name', 'Attributes', 'Tags']);
    const name = input.Name ?? '';
    const { Attributes = {}, Tags = [] } = input;
    const unknown = Object.keys(Attributes).find((attribute) => !CREATION_ATTRIBUTES.includes(attribute));
    if (unknown) throw new SimulatorError(`The attribute ${unknown} of an SNS topic is not simulated.`);
    const isFifo = Attributes.FifoTopic?.toLowerCase() === 'true';
    if (!TOPIC_NAME.test(name) || name.endsWith('.fifo') !== isFifo) throw invalidParameter('Topic Name');
    const arn = this.region.arn('sns', name);
    const existing = this.topics.get(arn);
    if (existing) checkSameTopic(existing, Attributes, Tags);
    else this.topics.set(arn, { attributes: { ...Attributes }, tags: [...Tags] });
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
    const { Protocol: protocol = '', Endpoint: endpoint } = input;
    checkEndpoint(topicArn, input);
    const attributes = attributesOf(input);
    const known = this.subscriptions.find(
      (each) => each.topicArn === topicArn && each.protocol === protocol && each.endpoint === endpoint,
    );
    if (known) {
      checkSameAttributes(known, attributes);
      return { SubscriptionArn: known.subscriptionArn };
    }
    const subscriptionArn = `${topicArn}:${this.region.account.random.uuid()}`;
    const pending = /^(email|email-json|http|https)$/.test(protocol);
    this.subscriptions.push({ subscriptionArn, topicArn, protocol, endpoint, attributes, pending });
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
        ...this.topics.get(topicArn)?.attributes,
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
    const attributes = this.topics.get(this.topicArn(input.TopicArn))?.attributes ?? {};
    // A topic stays what it was made as.
    if (AttributeName === 'FifoTopic') throw invalidParameter('AttributeName');
    if (!TOPIC_ATTRIBUTES.includes(AttributeName))
      throw new SimulatorError(`The attribute ${AttributeName} of an SNS topic is not simulated.`);
    attributes[AttributeName] = AttributeValue ?? '';
    return {};
  }

  Publish(input: PublishInput): PublishResponse {
    if (input.PhoneNumber !== undefined && !isPhoneNumber(input.PhoneNumber))
      throw invalidParameter(`PhoneNumber Reason: ${input.PhoneNumber} is not valid to publish to`);
    if (input.PhoneNumber !== undefined) throw new SimulatorError("SNS's text messages are not simulated.");
    if (input.TargetArn?.includes(':endpoint/'))
      throw invalidParameter('TargetArn Reason: No endpoint found for the target arn specified');
    const topicArn = this.topicArn(input.TopicArn ?? input.TargetArn);
    checkMessage(input);
    this.checkOrder(topicArn, input);
    return { MessageId: this.record(topicArn, input) };
  }

  /** A FIFO topic asks for a group, and for what it can tell repeated messages by. */
  private checkOrder(topicArn: string, input: PublishInput): void {
    if (!topicArn.endsWith('.fifo')) {
      if (input.MessageDeduplicationId !== undefined)
        throw invalidParameter(
          'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
        );
      return;
    }
    if (!input.MessageGroupId) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
    const { ContentBasedDeduplication } = this.topics.get(topicArn)?.attributes ?? {};
    if (!input.MessageDeduplicationId && ContentBasedDeduplication !== 'true')
      throw invalidParameter(
        'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
  }

  private topicArn(arn: string | undefined): string {
    if (arn === undefined) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
    requireArn('TopicArn', arn);
    const [, , service, region] = arn.split(':');
    if (service !== 'sns' || region !== this.region.name) throw invalidParameter('TopicArn');
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

/** Creating again is the same topic, unless it asks for other attributes or tags. */
function checkSameTopic(known: Topic, attributes: Record<string, string>, tags: Tag[]): void {
  const differs = ([name, value]: [string, string]) => value !== (known.attributes[name] ?? DEFAULTS[name]);
  if (Object.entries(attributes).some(differs))
    throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
  const isKnown = (tag: Tag) => known.tags.some(({ Key, Value }) => Key === tag.Key && Value === tag.Value);
  if (!tags.every(isKnown)) throw invalidParameter('Tags Reason: Topic already exists with different tags');
}
