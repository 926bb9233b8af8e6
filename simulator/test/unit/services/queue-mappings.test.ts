import { join } from 'node:path';
import { Account } from '../../../account';
import type { Fault } from '../../../faults';
import { allowing, putRoles, roleArn } from '../iam/roles';

const POLLS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

let account: Account;
let queueArn: string;
let functionArn: string;

function open({ handler = 'answer', polls = POLLS, timeoutSeconds = 10, faults = [] as Fault[] } = {}): void {
  account = new Account({ seed: 1, faults });
  putRoles(account, { reader: { inline: { poll: allowing(polls) } } });
  const region = account.region();
  region.sqs.CreateQueue({ QueueName: 'work', Attributes: { VisibilityTimeout: '30' } });
  queueArn = region.arn('sqs', 'work');
  functionArn = region.arn('lambda', 'function:reader');
  region.lambda.create({
    ...{ functionName: 'reader', functionArn, logicalId: 'ReaderFunction', handler, timeoutSeconds, memorySizeMb: 256 },
    ...{
      entryPoint: join(__dirname, '..', 'lambda-handlers.ts'),
      environment: {},
      roleArn: roleArn(account, 'reader'),
    },
  });
}

afterEach(() => account.close());

const map = (settings: { batchSize?: number; windowSeconds?: number; maximumConcurrency?: number } = {}) =>
  account.region().lambda.queueMappings.create({ queueArn, functionArn, ...settings });
const send = (DelaySeconds = 0) => {
  const QueueUrl = `https://sqs.eu-west-1.amazonaws.com/${account.id}/work`;
  account.region().sqs.SendMessage({ QueueUrl, MessageBody: 'x', DelaySeconds });
};
const passes = (seconds: number) => account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
const runs = () => account.region().lambda.invocations.length;
const left = () => account.region().sqs.messages(queueArn)?.length;

describe('A function that reads a queue', () => {
  it('gets a message when its delay is over, and the queue has it no more', async () => {
    open();
    map();
    send(60);

    await passes(59);
    expect([runs(), left()]).toEqual([0, 1]);
    await passes(5);
    expect([runs(), left()]).toEqual([1, 0]);
  });

  it('gets what comes within the window together', async () => {
    open();
    map({ batchSize: 100, windowSeconds: 2 });
    for (let message = 0; message < 20; message += 1) send();

    await passes(10);

    expect([runs(), left()]).toEqual([1, 0]);
  });

  it('gets as many at a time as a batch has, and is invoked no more often at once than the mapping says', async () => {
    open();
    map({ batchSize: 1, maximumConcurrency: 2 });
    for (let message = 0; message < 5; message += 1) send();

    await passes(10);

    expect([runs(), left()]).toEqual([5, 0]);
  });

  it('gets a message again after the visibility timeout when it failed', async () => {
    open({ handler: 'fail' });
    map();
    send();

    await passes(20);
    expect([runs(), left()]).toEqual([1, 1]);
    await passes(30);
    expect([runs(), left()]).toEqual([2, 1]);
  });

  it('gets nothing while the mapping is disabled, and then all', async () => {
    open();
    const UUID = map();
    account.region().lambda.UpdateEventSourceMapping({ UUID, Enabled: false });
    send();
    await passes(60);
    expect(runs()).toBe(0);

    account.region().lambda.UpdateEventSourceMapping({ UUID, Enabled: true });
    await passes(5);

    expect([runs(), left()]).toEqual([1, 0]);
  });

  it.each([
    [{ polls: ['sqs:ReceiveMessage'] }, {}, /not authorized to perform: sqs:DeleteMessage/],
    [{ timeoutSeconds: 31 }, {}, /Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds/],
    [{}, { batchSize: 11 }, /must be greater than 0 if maximum batch size is greater than 10/],
  ])('is refused with %j and %j', (opened, settings, message) => {
    open(opened);
    expect(() => map(settings)).toThrow(message);
  });
});
