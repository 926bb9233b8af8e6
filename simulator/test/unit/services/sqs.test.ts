import { Account } from '../../../account';
import { SimulatorError } from '../../../errors';
import { QUEUE_MESSAGE } from '../../../faults';
import { resourcePolicies } from '../../../iam/resource-policies';
import type { Sqs } from '../../../services/sqs';

const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:111122223333:failed-events';

let account: Account;
let sqs: Sqs;
let QueueUrl: string;

beforeEach(() => {
  account = new Account({ seed: 1 });
  sqs = account.region().sqs;
  QueueUrl = sqs.CreateQueue({ QueueName: 'failed-events' }).QueueUrl;
});
afterEach(() => account.close());

it('keeps what another service delivers', () => {
  sqs.deliver(QUEUE_ARN, 'lost event');

  expect(sqs.messages(QUEUE_ARN)?.map(({ body }) => body)).toEqual(['lost event']);
});

it('hides a received message until its visibility timeout is over', async () => {
  sqs.deliver(QUEUE_ARN, 'lost event');
  const bodies = async () => (await sqs.ReceiveMessage({ QueueUrl })).Messages?.map(({ Body }) => Body);

  expect(await bodies()).toEqual(['lost event']);
  expect(await bodies()).toBeUndefined();
  await account.clock.runUntil(account.clock.sleep(30), 31);
  expect(await bodies()).toEqual(['lost event']);
});

it('sends a batch, each message with its own delay', () => {
  const Entries = [
    { Id: 'now', MessageBody: 'first' },
    { Id: 'later', MessageBody: 'second', DelaySeconds: 10 },
  ];

  const { Successful } = sqs.SendMessageBatch({ QueueUrl, Entries });

  expect(Successful.map(({ Id }) => Id)).toEqual(['now', 'later']);
  const { now } = account.clock;
  expect(sqs.messages(QUEUE_ARN)?.map(({ hiddenUntil }) => hiddenUntil - now)).toEqual([0, 10_000]);
});

it.each([
  ['nothing', 'EmptyBatchRequest', []],
  ['eleven messages', 'TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, index) => ({ Id: `${index}` }))],
  ['an id of two words', 'InvalidBatchEntryId', [{ Id: 'two words' }]],
  ['an id twice', 'BatchEntryIdsNotDistinct', [{ Id: 'one' }, { Id: 'one' }]],
  ['more than a megabyte', 'BatchRequestTooLong', [{ Id: 'one', MessageBody: 'a'.repeat(2 ** 20 + 1) }]],
])('refuses a batch of %s, and sends none of it', (_name, code, Entries) => {
  const send = () => sqs.SendMessageBatch({ QueueUrl, Entries });

  expect(send).toThrow(expect.objectContaining({ code: `AWS.SimpleQueueService.${code}` }));
  expect(sqs.messages(QUEUE_ARN)).toEqual([]);
});

it('tells when a message was sent and first received, and how often, where that is asked for', async () => {
  const sentAt = account.clock.now;
  sqs.SendMessage({ QueueUrl, MessageBody: 'a', DelaySeconds: 10 });
  const names = ['SentTimestamp', 'ApproximateFirstReceiveTimestamp', 'ApproximateReceiveCount'];
  const receive = async (input: object) => (await sqs.ReceiveMessage({ QueueUrl, ...input })).Messages?.[0]?.Attributes;
  await account.clock.runUntil(account.clock.sleep(10), 11);

  const first = await receive({ VisibilityTimeout: 0 });
  await account.clock.runUntil(account.clock.sleep(5), 6);
  const second = await receive({ VisibilityTimeout: 0, AttributeNames: names });
  const third = await receive({ MessageSystemAttributeNames: names.slice(2) });

  expect(first).toBeUndefined();
  expect(second).toEqual({
    SentTimestamp: String(sentAt),
    ApproximateFirstReceiveTimestamp: String(sentAt + 10_000),
    ApproximateReceiveCount: '2',
  });
  expect(third).toEqual({ ApproximateReceiveCount: '3' });
});

it.each([
  ['who sent it', { MessageSystemAttributeNames: ['SenderId'] }],
  ['everything', { AttributeNames: ['All'] }],
  ['its own attributes', { MessageAttributeNames: ['All'] }],
  ['an attempt', { ReceiveRequestAttemptId: 'one' }],
])('does not simulate that a receiver asks for %s', async (_what, input) => {
  await expect(sqs.ReceiveMessage({ QueueUrl, ...input })).rejects.toThrow(SimulatorError);
});

describe('A FIFO queue', () => {
  const fifo = () => sqs.CreateQueue({ QueueName: 'order.fifo', Attributes: { FifoQueue: 'true' } }).QueueUrl;

  it('is a queue whose name says so', () => {
    expect(() => sqs.CreateQueue({ QueueName: 'order.fifo' })).toThrow('Can only include alphanumeric characters');
    expect(sqs.GetQueueUrl({ QueueName: fifo().split('/').at(-1) }).QueueUrl).toContain('order.fifo');
  });

  it('has no messages here', async () => {
    const QueueUrl = fifo();

    expect(() => sqs.SendMessage({ QueueUrl, MessageBody: 'a' })).toThrow(SimulatorError);
    expect(() => sqs.deliver(QUEUE_ARN.replace('failed-events', 'order.fifo'), 'a')).toThrow(SimulatorError);
    await expect(sqs.ReceiveMessage({ QueueUrl })).rejects.toThrow(SimulatorError);
  });
});

it('tells every attribute of a queue', () => {
  const policy = { Version: '2012-10-17', Statement: [] };
  resourcePolicies(account).set(QUEUE_ARN, policy);

  const { Attributes } = sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['All'] });

  const at = String(account.clock.now / 1000);
  expect(Attributes).toEqual({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    CreatedTimestamp: at,
    DelaySeconds: '0',
    LastModifiedTimestamp: at,
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    Policy: JSON.stringify(policy),
    QueueArn: QUEUE_ARN,
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: '30',
  });
});

it.each(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy'])('does not simulate a queue with %s', (name) => {
  const create = () => sqs.CreateQueue({ QueueName: 'other', Attributes: { [name]: '{}' } });

  expect(create).toThrow(SimulatorError);
});

it('does not know a queue of another name', () => {
  expect(() => sqs.deliver(`${QUEUE_ARN}2`, 'x')).toThrow(
    expect.objectContaining({ code: 'AWS.SimpleQueueService.NonExistentQueue' }),
  );
});

it('waits for a message as long as it is told to', async () => {
  const received = sqs.ReceiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
  await account.clock.runUntil(account.clock.sleep(5), 6);
  sqs.deliver(QUEUE_ARN, 'late');

  const { Messages } = await account.clock.runUntil(received, 21);

  expect(Messages?.map(({ Body }) => Body)).toEqual(['late']);
});

// Recorded on AWS.
it.each([
  ['11 messages', { MaxNumberOfMessages: 11 }, 'Value 11 for parameter MaxNumberOfMessages is invalid.'],
  ['a wait of 21 seconds', { WaitTimeSeconds: 21 }, 'Must be >= 0 and <= 20, if provided.'],
])('refuses to receive with %s', async (_what, input, message) => {
  await expect(sqs.ReceiveMessage({ QueueUrl, ...input })).rejects.toThrow(message);
});

it.each([
  ['another delay of a queue that is there', 'failed-events', 'DelaySeconds', 'different value for attribute'],
  ['FifoQueue for a standard queue', 'queue', 'FifoQueue', 'Unknown Attribute FifoQueue.'],
  ['a scope without FIFO', 'queue', 'DeduplicationScope', 'only when FifoQueue is set to true'],
])('refuses %s', (_what, QueueName, attribute, message) => {
  expect(() => sqs.CreateQueue({ QueueName, Attributes: { [attribute]: '5' } })).toThrow(message);
});

it('makes a queue of the same name and attributes once', () => {
  expect(sqs.CreateQueue({ QueueName: 'failed-events', Attributes: { DelaySeconds: '0' } })).toEqual({ QueueUrl });
});

it('refuses a message that is too long, and a second purge within a minute', async () => {
  const { QueueUrl: small } = sqs.CreateQueue({ QueueName: 'small', Attributes: { MaximumMessageSize: '1024' } });
  sqs.PurgeQueue({ QueueUrl });

  expect(() => sqs.SendMessage({ QueueUrl: small, MessageBody: 'x'.repeat(1025) })).toThrow('shorter than 1024 bytes');
  expect(() => sqs.PurgeQueue({ QueueUrl })).toThrow('Only one PurgeQueue operation on failed-events is allowed');
  await account.clock.runUntil(account.clock.sleep(60), 61);
  expect(() => sqs.PurgeQueue({ QueueUrl })).not.toThrow();
});

describe('A message that is sent', () => {
  const bodies = async () =>
    (await sqs.ReceiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })).Messages?.map(({ Body }) => Body);

  it('is delivered when its delay is over', async () => {
    sqs.SendMessage({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 });

    expect(await bodies()).toBeUndefined();
    await account.clock.runUntil(account.clock.sleep(900), 901);
    expect(await bodies()).toEqual(['later']);
  });

  it('waits for fifteen minutes at most', () => {
    expect(() => sqs.SendMessage({ QueueUrl, MessageBody: 'x', DelaySeconds: 901 })).toThrow(/must be >= 0 and <= 900/);
  });

  it('is gone after the retention period, and when the queue is purged', async () => {
    const { QueueUrl: brief } = sqs.CreateQueue({ QueueName: 'brief', Attributes: { MessageRetentionPeriod: '60' } });
    for (const url of [brief, QueueUrl]) sqs.SendMessage({ QueueUrl: url, MessageBody: 'x' });

    await account.clock.runUntil(account.clock.sleep(61), 62);
    sqs.PurgeQueue({ QueueUrl });

    expect((await sqs.ReceiveMessage({ QueueUrl: brief })).Messages).toBeUndefined();
    expect(await bodies()).toBeUndefined();
  });

  it.each([
    ['lose', []],
    ['repeat', ['x', 'x']],
    ['delay', []],
  ] as const)('meets the fault "%s"', async (fault, expected) => {
    account.faults.list.push({ event: QUEUE_MESSAGE, fault });
    sqs.SendMessage({ QueueUrl, MessageBody: 'x' });

    expect((await bodies()) ?? []).toEqual(expected);
  });
});

it.each([
  ['SendMessage', ['sqs:SendMessage', 'kms:Decrypt', 'kms:GenerateDataKey']],
  ['SendMessageBatch', ['sqs:SendMessage', 'kms:Decrypt', 'kms:GenerateDataKey']],
  ['ReceiveMessage', ['sqs:ReceiveMessage', 'kms:Decrypt']],
  ['PurgeQueue', ['sqs:PurgeQueue']],
])('asks for the key of the queue as the guide says: %s', (operation, actions) => {
  const KmsMasterKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/own';
  const secret = sqs.CreateQueue({ QueueName: 'secret', Attributes: { KmsMasterKeyId } });

  const asked = sqs.access(operation, secret);

  expect(asked.map(({ action }) => action)).toEqual(actions);
  expect(sqs.access(operation, { QueueUrl })).toHaveLength(1);
});
