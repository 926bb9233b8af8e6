import { Account } from '../../../account';
import { QUEUE_MESSAGE } from '../../../faults';
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
  const bodies = () => sqs.ReceiveMessage({ QueueUrl }).Messages?.map(({ Body }) => Body);

  expect(bodies()).toEqual(['lost event']);
  expect(bodies()).toBeUndefined();
  await account.clock.runUntil(account.clock.sleep(30), 31);
  expect(bodies()).toEqual(['lost event']);
});

it('does not know a queue of another name', () => {
  expect(() => sqs.deliver(`${QUEUE_ARN}2`, 'x')).toThrow(
    expect.objectContaining({ code: 'AWS.SimpleQueueService.NonExistentQueue' }),
  );
});

describe('A message that is sent', () => {
  const bodies = () => sqs.ReceiveMessage({ QueueUrl, MaxNumberOfMessages: 10 }).Messages?.map(({ Body }) => Body);

  it('is delivered when its delay is over', async () => {
    sqs.SendMessage({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 });

    expect(bodies()).toBeUndefined();
    await account.clock.runUntil(account.clock.sleep(900), 901);
    expect(bodies()).toEqual(['later']);
  });

  it('waits for fifteen minutes at most', () => {
    expect(() => sqs.SendMessage({ QueueUrl, MessageBody: 'x', DelaySeconds: 901 })).toThrow(/must be >= 0 and <= 900/);
  });

  it('is gone after the retention period, and when the queue is purged', async () => {
    const { QueueUrl: brief } = sqs.CreateQueue({ QueueName: 'brief', Attributes: { MessageRetentionPeriod: '60' } });
    for (const url of [brief, QueueUrl]) sqs.SendMessage({ QueueUrl: url, MessageBody: 'x' });

    await account.clock.runUntil(account.clock.sleep(61), 62);
    sqs.PurgeQueue({ QueueUrl });

    expect(sqs.ReceiveMessage({ QueueUrl: brief }).Messages).toBeUndefined();
    expect(bodies()).toBeUndefined();
  });

  it.each([
    ['lose', []],
    ['repeat', ['x', 'x']],
    ['delay', []],
  ] as const)('meets the fault "%s"', (fault, expected) => {
    account.faults.list.push({ event: QUEUE_MESSAGE, fault });
    sqs.SendMessage({ QueueUrl, MessageBody: 'x' });

    expect(bodies() ?? []).toEqual(expected);
  });
});
