import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { Account } from '../../../account';
import type { PublishedMessage, Sns } from '../../../services/sns';

let account: Account;
let sns: Sns;
let TopicArn: string;

beforeEach(() => {
  account = new Account({ seed: 1 });
  sns = account.region().sns;
  TopicArn = sns.CreateTopic({ Name: 'runs' }).TopicArn ?? '';
});
afterEach(() => account.close());

it('keeps every published message with its time', () => {
  const MessageAttributes = { workflow: { DataType: 'String', StringValue: 'efs-backup' } };

  const { MessageId } = sns.Publish({ TopicArn, Subject: 'Run failed', Message: 'why', MessageAttributes });

  expect(sns.published).toEqual([
    {
      time: '2026-11-20T22:00:00.000Z',
      topicArn: TopicArn,
      messageId: MessageId,
      subject: 'Run failed',
      message: 'why',
      messageAttributes: MessageAttributes,
    },
  ]);
});

it('tells its listeners of each message until they have heard enough', () => {
  const heard: PublishedMessage[] = [];
  const stop = sns.onPublish((message) => heard.push(message));

  sns.Publish({ TopicArn, Message: 'one' });
  stop();
  sns.Publish({ TopicArn, Message: 'two' });

  expect(heard.map(({ message }) => message)).toEqual(['one']);
});

it.each([
  ['a subject that is too long', { Subject: 'x'.repeat(101), Message: 'x' }],
  ['a subject with a line break', { Subject: 'a\nb', Message: 'x' }],
  ['a subject beyond ASCII', { Subject: 'Grüße', Message: 'x' }],
  ['no message', { Message: '' }],
  ['a message that is too long in bytes', { Message: 'ü'.repeat(131_073) }],
  ['a structured message without a default', { Message: '{"email":"x"}', MessageStructure: 'json' }],
])('refuses %s and keeps nothing of it', (_what, input) => {
  expect(() => sns.Publish({ TopicArn, ...input })).toThrow(expect.objectContaining({ code: 'InvalidParameter' }));
  expect(sns.published).toEqual([]);
});

it('does not know a topic of another name', () => {
  const publish = () => sns.Publish({ TopicArn: `${TopicArn}2`, Message: 'x' });

  expect(publish).toThrow(expect.objectContaining({ code: 'NotFound', message: 'Topic does not exist', status: 404 }));
});

// What follows was recorded on AWS.
const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
const bytes = (DataType: string) => ({ DataType, BinaryValue: Buffer.from('1') });

it.each([
  ['no value', { a: text('') }, "must contain non-empty message attribute value for message attribute type 'String'."],
  ['no type', { a: { StringValue: 'x', DataType: undefined } }, "Value null at 'messageAttributes.a.member.dataType'"],
  ['an unknown type', { a: text('x', 'Text') }, 'has an invalid message attribute type'],
  ['a type that ends in a dot', { a: text('x', 'String.') }, 'has an invalid message attribute type'],
  ['bytes for text', { a: bytes('String') }, "with type 'String' must use field 'String'."],
  ['text for bytes', { a: text('x', 'Binary') }, "with type 'Binary' must use field 'Binary'."],
  ['a long name', { ['a'.repeat(257)]: text('x') }, 'must be less than 256 bytes'],
  ['a name with a roof', { 'a^': text('x') }, "Invalid non-alphanumeric character '#x5E'"],
  ['a name that starts with a dot', { '.a': text('x') }, "starting with character '.'"],
  ['a name that ends with a dot', { 'a.': text('x') }, "ending with character '.'"],
  ['a name with two dots', { 'a..b': text('x') }, "successive '.' character"],
])('refuses a message attribute with %s', (_what, MessageAttributes, message) => {
  const attributes = MessageAttributes as Record<string, MessageAttributeValue>;

  expect(() => sns.Publish({ TopicArn, Message: 'x', MessageAttributes: attributes })).toThrow(message);
});

it('takes a type with a label of its own', () => {
  const MessageAttributes = { a: text('["x"]', 'String.Array') };

  expect(() => sns.Publish({ TopicArn, Message: 'x', MessageAttributes })).not.toThrow();
});

it.each([
  ['what is no ARN', { TopicArn: 'runs' }, 'An ARN must have at least 6 elements, not 1'],
  ['a topic of another region', { TopicArn: 'arn:aws:sns:us-east-1:111122223333:runs' }, 'Invalid parameter: TopicArn'],
  ['an endpoint', { TargetArn: 'arn:aws:sns:eu-west-1:111122223333:endpoint/a/b' }, 'No endpoint found'],
  ['a telephone that is none', { PhoneNumber: '+1a234' }, '+1a234 is not valid to publish to'],
])('does not publish to %s', (_what, target, message) => {
  expect(() => sns.Publish({ ...target, Message: 'x' })).toThrow(message);
});

it.each([
  ['an unknown protocol', 'pigeon', 'x', 'does not support this protocol string: pigeon'],
  ['the address of a queue', 'sqs', 'https://sqs.eu-west-1.amazonaws.com/111122223333/q', 'SQS endpoint ARN'],
  ['a FIFO queue', 'sqs', 'arn:aws:sqs:eu-west-1:111122223333:q.fifo', 'can not be subscribed to standard SNS topics'],
  ['a telephone that is none', 'sms', '+15--55', 'Invalid SMS endpoint: +15--55'],
])('does not subscribe %s', (_what, Protocol, Endpoint, message) => {
  expect(() => sns.Subscribe({ TopicArn, Protocol, Endpoint })).toThrow(message);
});

it('makes a topic again only as it is', () => {
  const again = (input: object) => () => sns.CreateTopic({ Name: 'runs', ...input });

  expect(again({ Attributes: { DisplayName: '', FifoTopic: 'false' } })).not.toThrow();
  expect(again({ Attributes: { DisplayName: 'Runs' } })).toThrow('Topic already exists with different attributes');
  expect(again({ Tags: [{ Key: 'a', Value: 'b' }] })).toThrow('Topic already exists with different tags');
});

describe('A FIFO topic', () => {
  const fifo = { Name: 'runs.fifo', Attributes: { FifoTopic: 'true' } };

  it('has it in its name and in its attributes', () => {
    expect(() => sns.CreateTopic({ Name: 'runs.fifo' })).toThrow('Topic Name');
    expect(() => sns.CreateTopic({ ...fifo, Name: 'others' })).toThrow('Topic Name');
  });

  it('asks for a group and for what tells repeated messages', () => {
    const { TopicArn: arn } = sns.CreateTopic(fifo);

    expect(() => sns.Publish({ TopicArn: arn, Message: 'x' })).toThrow('MessageGroupId parameter is required');
    expect(() => sns.Publish({ TopicArn: arn, Message: 'x', MessageGroupId: 'g' })).toThrow(
      'ContentBasedDeduplication',
    );
    expect(() => sns.Publish({ TopicArn, Message: 'x', MessageDeduplicationId: 'd' })).toThrow('this topic type');
  });
});

describe('The attributes of a subscription', () => {
  const subscribe = (Attributes: Record<string, string>) =>
    sns.Subscribe({ TopicArn, Protocol: 'sms', Endpoint: '+123123123', Attributes });
  const filter = (policy: object, scope?: string) => () =>
    subscribe({ FilterPolicy: JSON.stringify(policy), ...(scope && { FilterPolicyScope: scope }) });
  const values = (count: number) => Array.from({ length: count }, (_, index) => index);

  it('are the same when the same address subscribes again', () => {
    subscribe({ RawMessageDelivery: 'True' });

    expect(() => subscribe({ RawMessageDelivery: 'true', FilterPolicyScope: 'MessageAttributes' })).not.toThrow();
    expect(() => subscribe({ RawMessageDelivery: 'false' })).toThrow('already exists with different attributes');
  });

  it.each([
    ['an unknown delivery', 'RawMessageDelivery', 'x', 'RawMessageDelivery: Invalid value [x]. Must be true or false.'],
    ['an unknown scope', 'FilterPolicyScope', 'x', 'Please use either MessageBody or MessageAttributes'],
    ['a filter that is no JSON', 'FilterPolicy', 'x-y', "failed to parse JSON. Unrecognized token 'x'"],
  ])('are refused with %s', (_what, name, value, message) => {
    expect(() => subscribe({ [name]: value })).toThrow(message);
  });

  it.each([
    ['no values', { a: [] }, undefined, 'FilterPolicy: Empty arrays are not allowed'],
    ['six keys', { a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] }, undefined, 'more than 5 keys'],
    ['151 values', { a: values(151) }, undefined, 'Filter policy is too complex'],
    ['80 values a level down', { a: { b: values(80) } }, 'MessageBody', 'Filter policy is too complex'],
    ['alternatives of 152', { a: values(4), $or: [{ b: values(6) }, { c: values(32) }] }, undefined, 'too complex'],
    ['levels among attributes', { a: { b: [1] } }, undefined, 'does not support nested filter policy'],
    ['anything-but a suffix', { a: [{ 'anything-but': { suffix: 'x' } }] }, undefined, 'anything-but pattern: suffix'],
  ])('refuse a filter with %s', (_what, policy, scope, message) => {
    expect(filter(policy, scope)).toThrow(message);
  });

  it.each([
    ['no key', {}, undefined],
    ['150 combinations', { a: values(3), $or: [{ b: values(6) }, { c: values(44) }] }, undefined],
    ['levels in the body', { a: { b: [{ 'anything-but': { prefix: 'x' } }] } }, 'MessageBody'],
  ])('take a filter with %s', (_what, policy, scope) => {
    expect(filter(policy, scope)).not.toThrow();
  });
});

it('counts its subscriptions', () => {
  sns.Subscribe({ TopicArn, Protocol: 'email', Endpoint: 'operator@example.com' });

  const { Attributes } = sns.GetTopicAttributes({ TopicArn });

  expect(Attributes).toMatchObject({ SubscriptionsPending: '1', SubscriptionsConfirmed: '0' });
});

it('asks for permission on the topic', () => {
  expect(sns.access('Publish', { TopicArn })).toEqual([{ action: 'sns:Publish', resource: TopicArn }]);
});

it('asks those who publish for the key of the topic (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html)', () => {
  const KmsMasterKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/own';
  const { TopicArn: encrypted } = sns.CreateTopic({ Name: 'secret', Attributes: { KmsMasterKeyId } });
  const asked = (operation: string, topic: string | undefined) =>
    sns.access(operation, { TopicArn: topic }).map(({ action, resource }) => [action, resource]);

  expect(asked('Publish', encrypted)).toEqual([
    ['sns:Publish', encrypted],
    ['kms:Decrypt', KmsMasterKeyId],
    ['kms:GenerateDataKey', KmsMasterKeyId],
  ]);
  expect(asked('GetTopicAttributes', encrypted)).toHaveLength(1);
  expect(asked('Publish', TopicArn)).toHaveLength(1);
});
