import { Account } from '../../../account';
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
