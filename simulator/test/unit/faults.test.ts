import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand, EC2Client, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { Account } from '../../account';
import type { CallFault, EventFault, Fault } from '../../faults';
import { resourcePolicies } from '../../iam/resource-policies';

const InstanceId = 'i-0000000000000000a';
const START = 'ec2:StartInstances';
const STATE_CHANGE = 'EC2 Instance State-change Notification';

let account: Account;

function start(...faults: Fault[]): void {
  account = new Account({ seed: 1, faults, wire: true });
  account.region().ec2.load({ instances: [{ InstanceId, State: 'stopped', StartSeconds: 10 }] });
}

afterEach(() => account.close());

const settled = <T>(asking: Promise<T>) => account.clock.runUntil(asking, 24 * 3600);
const stateNow = () => account.region().ec2.instance(InstanceId)?.state;
const struck = () => account.faults.struck.map(({ what }) => what);

/** Starts the instance with a client that never repeats a request. */
function startInstance(host: { name?: string; isDead?: () => boolean; kill?: () => void } = {}) {
  const config = account.endpoint.clientConfig('EC2Client', { caller: account.root, region: 'eu-west-1', ...host });
  const ec2 = new EC2Client({ ...config, maxAttempts: 1 } as never);
  return ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId] }));
}

describe('A call', () => {
  it.each<[CallFault['fault'], object, string]>([
    ['throttle', { name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } }, 'stopped'],
    ['serverError', { name: 'InternalError', $metadata: { httpStatusCode: 500 } }, 'stopped'],
    ['accessDenied', { name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } }, 'stopped'],
    ['timeout', { name: 'TimeoutError', code: 'ETIMEDOUT' }, 'stopped'],
    ['timeoutAfterSuccess', { name: 'TimeoutError', code: 'ETIMEDOUT' }, 'pending'],
  ])('%s fails, and has had its effect or not', async (fault, error, state) => {
    start({ call: START, fault });

    await expect(settled(startInstance())).rejects.toMatchObject(error);

    expect(stateNow()).toBe(state);
    expect(struck()).toEqual([`${fault} ${START}`]);
  });

  it.each([
    [undefined, 20],
    [90, 90],
  ])('takes long and succeeds with the fault slow', async (delaySeconds, expected) => {
    start({ call: START, fault: 'slow', delaySeconds });
    const before = account.clock.now;

    await settled(startInstance());

    expect((account.clock.now - before) / 1000).toBeCloseTo(expected);
    expect(stateNow()).toBe('pending');
  });

  it('answers as it did the time before with the fault staleRead', async () => {
    start({ call: 'ec2:DescribeInstances', fault: 'staleRead', nth: 2 });
    const ec2 = account.endpoint.client(EC2Client);
    const state = async () => {
      const { Reservations } = await settled(ec2.send(new DescribeInstancesCommand({})));
      return Reservations?.[0]?.Instances?.[0]?.State?.Name;
    };

    const first = await state();
    await settled(startInstance());

    expect([first, await state(), await state()]).toEqual(['stopped', 'stopped', 'pending']);
  });

  it.each([
    [false, ['old', 'old']],
    [true, ['old', 'new']],
  ])(
    'answers a strongly consistent read as it is with the fault staleRead (ConsistentRead %s)',
    async (ConsistentRead, expected) => {
      start({ call: 'dynamodb:GetItem', fault: 'staleRead', nth: 2 });
      const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' as const }];
      account.region().dynamodb.load([{ TableName: 'parks', KeySchema, Items: [{ pk: 'a', text: 'old' }] }]);
      const dynamodb = account.endpoint.client(DynamoDBClient);
      const read = async () => {
        const Key = { pk: { S: 'a' } };
        return (await settled(dynamodb.send(new GetItemCommand({ TableName: 'parks', Key, ConsistentRead })))).Item
          ?.text?.S;
      };

      const first = await read();
      account.region().dynamodb.PutItem({ TableName: 'parks', Item: { pk: { S: 'a' }, text: { S: 'new' } } });

      expect([first, await read()]).toEqual(expected);
    },
  );

  it('takes effect with the fault crashAfter, and its caller never gets an answer', async () => {
    start({ call: START, fault: 'crashAfter' });
    let isDead = false;
    let hasHeard = false;
    const host = {
      isDead: () => isDead,
      kill: () => {
        isDead = true;
      },
    };

    startInstance(host).finally(() => {
      hasHeard = true;
    });
    await settled(account.clock.sleep(5));

    expect(isDead).toBe(true);
    expect(hasHeard).toBe(false);
    expect(stateNow()).toBe('pending');
  });
});

describe('A fault', () => {
  const outcomes = async (count: number, name?: string) => {
    for (let call = 0; call < count; call += 1) await settled(startInstance({ name })).catch(() => {});
    return account.endpoint.calls.map(({ outcome }) => (outcome === 'ok' ? 'ok' : 'hit')).join(' ');
  };

  it('strikes the first call, once', async () => {
    start({ call: START, fault: 'serverError' });
    expect(await outcomes(3)).toBe('hit ok ok');
  });

  it('strikes from the nth call on, as many times as it says', async () => {
    start({ call: START, fault: 'serverError', nth: 2, times: 2 });
    expect(await outcomes(4)).toBe('ok hit hit ok');
  });

  it('strikes without end when it is to', async () => {
    start({ call: START, fault: 'serverError', nth: 3, times: 'always' });
    expect(await outcomes(5)).toBe('ok ok hit hit hit');
  });

  it('strikes any call when it names none', async () => {
    start({ call: '*', fault: 'serverError' });
    expect(await outcomes(2)).toBe('hit ok');
  });

  it('strikes one function only when it names it', async () => {
    start({ call: START, fault: 'serverError', by: 'StarterFunction', times: 'always' });
    expect(await outcomes(2, 'OtherFunction')).toBe('ok ok');
    expect(await outcomes(1, 'StarterFunction')).toBe('ok ok hit');
  });

  it('lets the one that is written first strike when two would', async () => {
    start({ call: START, fault: 'throttle' }, { call: START, fault: 'serverError', times: 2 });

    await outcomes(2);

    expect(struck()).toEqual([`throttle ${START}`, `serverError ${START}`]);
  });
});

describe('An event', () => {
  /** What reaches a queue of an instance's start, in the order of arrival, with the seconds since the start. */
  async function arrivals(...faults: Omit<EventFault, 'event'>[]) {
    start(...faults.map((fault) => ({ event: STATE_CHANGE, ...fault })));
    const { events, ec2, sqs } = account.region();
    const Arn = account.region().arn('sqs', 'seen');
    sqs.CreateQueue({ QueueName: 'seen' });
    resourcePolicies(account).addStatement(Arn, {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: Arn,
    });
    events.PutRule({ Name: 'all', EventPattern: JSON.stringify({ 'detail-type': [STATE_CHANGE] }) });
    events.PutTargets({ Rule: 'all', Targets: [{ Id: 'queue', Arn }] });
    const startedAt = account.clock.now;
    ec2.StartInstances({ InstanceIds: [InstanceId] });
    await settled(account.clock.sleep(3600));
    return (sqs.messages(Arn) ?? []).map(({ body, sentAt }) => {
      const { detail } = JSON.parse(body) as { detail: { state: string; 'instance-id': string } };
      return { ...detail, after: (Date.parse(sentAt) - startedAt) / 1000 };
    });
  }
  const states = (arrived: { state: string }[]) => arrived.map(({ state }) => state);

  it('arrives within a second without a fault', async () => {
    const arrived = await arrivals();

    expect(states(arrived)).toEqual(['pending', 'running']);
    expect(arrived[0]?.after).toBeLessThan(1);
  });

  it('never arrives with the fault lose', async () => {
    expect(states(await arrivals({ fault: 'lose' }))).toEqual(['running']);
  });

  it('arrives three times with the fault repeat', async () => {
    expect(states(await arrivals({ fault: 'repeat' }))).toEqual(['pending', 'pending', 'pending', 'running']);
  });

  it('arrives late with the fault delay', async () => {
    const arrived = await arrivals({ fault: 'delay', delaySeconds: 600 });

    expect(states(arrived)).toEqual(['running', 'pending']);
    expect(arrived[1]?.after).toBeGreaterThanOrEqual(600);
    expect(arrived[1]?.after).toBeLessThan(601);
  });

  it('arrives after what was sent later with the fault reorder', async () => {
    expect(states(await arrivals({ fault: 'reorder' }))).toEqual(['running', 'pending']);
  });

  it('arrives together with one about something else with the fault foreign', async () => {
    const arrived = await arrivals({ fault: 'foreign', nth: 2 });

    expect(states(arrived).sort()).toEqual(['pending', 'running', 'running']);
    expect(arrived.filter((event) => event['instance-id'] !== InstanceId)).toMatchObject([{ state: 'running' }]);
  });

  it('and another name is left alone', async () => {
    start({ event: 'Backup Job State Change', fault: 'lose', times: 'always' });
    account.region().ec2.StartInstances({ InstanceIds: [InstanceId] });

    expect(struck()).toEqual([]);
  });
});
