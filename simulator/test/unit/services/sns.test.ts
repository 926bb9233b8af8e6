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

it('counts its subscriptions', () => {
  sns.Subscribe({ TopicArn, Protocol: 'email', Endpoint: 'operator@example.com' });

  const { Attributes } = sns.GetTopicAttributes({ TopicArn });

  expect(Attributes).toMatchObject({ SubscriptionsPending: '1', SubscriptionsConfirmed: '0' });
});

it('asks for permission on the topic', () => {
  expect(sns.access('Publish', { TopicArn })).toEqual([{ action: 'sns:Publish', resource: TopicArn }]);
});
