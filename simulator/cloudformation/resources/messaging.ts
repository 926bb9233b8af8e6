import type { PolicyDocument } from '../../iam/policy';
import { resourcePolicies } from '../../iam/resource-policies';
import { isObject, type JsonObject } from '../template';
import { compact, objects, type ResourceContext, type ResourceType, text } from './resource-type';

const topic: ResourceType = {
  properties: ['TopicName', 'DisplayName', 'KmsMasterKeyId', 'Subscription', 'Tags', 'TracingConfig'],
  async create(context, properties) {
    const { sns } = context.region;
    const name = context.name(properties.TopicName, 256);
    const Attributes = compact({
      DisplayName: text(properties.DisplayName),
      KmsMasterKeyId: text(properties.KmsMasterKeyId),
    });
    const { TopicArn } = await context.call<{ TopicArn: string }>(sns, 'CreateTopic', {
      Name: name,
      ...(Object.keys(Attributes).length > 0 ? { Attributes } : {}),
    });
    for (const { Protocol, Endpoint } of objects(properties.Subscription))
      await context.call(sns, 'Subscribe', { TopicArn, Protocol, Endpoint });
    return { physicalId: TopicArn, attributes: { TopicArn, TopicName: name } };
  },
  remove: ({ region }, { physicalId }) => region.sns.removeTopic(physicalId),
  async update(context, properties, existing) {
    for (const AttributeName of ['DisplayName', 'KmsMasterKeyId'])
      await context.call(context.region.sns, 'SetTopicAttributes', {
        TopicArn: existing.physicalId,
        AttributeName,
        AttributeValue: text(properties[AttributeName]),
      });
    return existing;
  },
};

const subscription: ResourceType = {
  properties: [
    'TopicArn',
    'Protocol',
    'Endpoint',
    'FilterPolicy',
    'FilterPolicyScope',
    'RawMessageDelivery',
    'RedrivePolicy',
  ],
  async create(context, properties) {
    const { TopicArn, Protocol, Endpoint, ...others } = properties;
    const Attributes = attributes(others);
    const { SubscriptionArn } = await context.call<{ SubscriptionArn?: string }>(context.region.sns, 'Subscribe', {
      TopicArn,
      Protocol,
      Endpoint,
      ...(Object.keys(Attributes).length > 0 ? { Attributes } : {}),
    });
    const arn = SubscriptionArn ?? `${TopicArn}:${context.logicalId}`;
    return { physicalId: arn, attributes: { Arn: arn } };
  },
  remove: ({ region }, { properties: { TopicArn, Protocol, Endpoint } }) =>
    region.sns.removeSubscription(String(TopicArn), String(Protocol), text(Endpoint)),
};

const topicPolicy: ResourceType = {
  properties: ['PolicyDocument', 'Topics'],
  create(context, properties) {
    for (const arn of (properties.Topics as string[] | undefined) ?? []) setPolicy(context, arn, properties);
    return { physicalId: context.name(undefined, 100), attributes: {} };
  },
  remove({ region }, { properties }) {
    for (const arn of (properties.Topics as string[] | undefined) ?? []) resourcePolicies(region.account).delete(arn);
  },
};

const queue: ResourceType = {
  properties: [
    'QueueName',
    'DelaySeconds',
    'KmsMasterKeyId',
    'MaximumMessageSize',
    'MessageRetentionPeriod',
    'ReceiveMessageWaitTimeSeconds',
    'SqsManagedSseEnabled',
    'VisibilityTimeout',
    'Tags',
  ],
  async create(context, properties) {
    const { QueueName: given, Tags: _tags, ...others } = properties;
    const QueueName = context.name(given, 80);
    const Attributes = attributes(others);
    const { QueueUrl } = await context.call<{ QueueUrl: string }>(context.region.sqs, 'CreateQueue', {
      QueueName,
      ...(Object.keys(Attributes).length > 0 ? { Attributes } : {}),
    });
    return { physicalId: QueueUrl, attributes: { Arn: context.region.arn('sqs', QueueName), QueueName, QueueUrl } };
  },
  remove: ({ region }, { attributes }) => region.sqs.removeQueue(attributes.Arn ?? ''),
};

const queuePolicy: ResourceType = {
  properties: ['PolicyDocument', 'Queues'],
  create(context, properties) {
    for (const url of (properties.Queues as string[] | undefined) ?? [])
      setPolicy(context, context.region.arn('sqs', url.slice(url.lastIndexOf('/') + 1)), properties);
    return { physicalId: context.name(undefined, 100), attributes: {} };
  },
  remove({ region }, { properties }) {
    for (const url of (properties.Queues as string[] | undefined) ?? [])
      resourcePolicies(region.account).delete(region.arn('sqs', url.slice(url.lastIndexOf('/') + 1)));
  },
  update(context, properties, existing) {
    queuePolicy.create(context, properties);
    return existing;
  },
};

/** The types of Amazon SNS and Amazon SQS. */
export const messagingTypes: Record<string, ResourceType> = {
  'AWS::SNS::Topic': topic,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
};

function setPolicy(context: ResourceContext, resourceArn: string, { PolicyDocument }: JsonObject): void {
  resourcePolicies(context.region.account).set(resourceArn, PolicyDocument as unknown as PolicyDocument);
}

/** Both services take their settings as text. */
function attributes(properties: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, isObject(value) ? JSON.stringify(value) : String(value)]),
  );
}
