import { Account } from '../../../account';
import { AwsError } from '../../../errors';
import { resourcePolicies } from '../../../iam/resource-policies';
import type { AwsEvent } from '../../../services/events/event';
import type { InvocationResult } from '../../../services/lambda';
import { allowing, putRoles, roleArn, trusting } from '../iam/roles';

describe('Events', () => {
  let account: Account;
  let invocations: { time: string; payload: unknown }[];
  const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:builder';
  const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:flow';
  const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:letters';
  const stopped = {
    source: 'aws.ec2',
    'detail-type': 'State',
    resources: ['arn:i-1'],
    detail: { state: 'stopped', 'instance-id': 'i-1' },
  };

  beforeEach(() => {
    account = new Account({ seed: 1 });
    invocations = [];
  });
  afterEach(() => account.close());

  const events = () => account.region().events;
  const pass = (seconds: number) => account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
  const ruleArn = (name: string) => `arn:aws:events:eu-west-1:111122223333:rule/${name}`;

  /** A function whose invocations are answered by the test; every rule may invoke it unless `allowed` says no. */
  const fakeFunction = (answer: () => InvocationResult = () => ({ payload: null }), allowed = true) => {
    const run = async (_arn: string, payload: unknown): Promise<InvocationResult> => {
      invocations.push({ time: account.clock.date.toISOString(), payload });
      return answer();
    };
    const functions = new Map([[functionArn, { configuration: { roleArn: roleArn(account, 'Builder') } }]]);
    Object.assign(account.region().lambda, { run, allows: () => allowed, functions });
  };
  const putRule = (pattern: object, target: object = {}, name = 'rule') => {
    events().PutRule({ Name: name, EventPattern: JSON.stringify(pattern) });
    events().PutTargets({ Rule: name, Targets: [{ Id: 't', Arn: functionArn, ...target }] });
  };
  const putQueue = (mayRulesSend = true) => {
    account.region().sqs.CreateQueue({ QueueName: 'letters' });
    if (mayRulesSend)
      resourcePolicies(account).addStatement(queueArn, {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
      });
  };

  describe('Delivering to rules', () => {
    it('invokes the function of a matching rule a moment after the event', async () => {
      // Prepare
      fakeFunction();
      putRule({ source: ['aws.ec2'], detail: { state: ['stopped'] } });

      // Act
      events().emit(stopped);
      events().emit({ ...stopped, detail: { state: 'running' } });
      await pass(5);

      // Assess
      expect(invocations.map(({ payload }) => payload)).toEqual([
        {
          version: '0',
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          account: '111122223333',
          region: 'eu-west-1',
          time: '2026-11-20T22:00:00Z',
          ...stopped,
        },
      ]);
      expect(Date.parse(invocations[0]?.time ?? '')).toBeGreaterThan(Date.parse('2026-11-20T22:00:00.200Z'));
      expect(events().seen).toHaveLength(2);
      expect(events().delivered).toMatchObject([{ sourceArn: ruleArn('rule'), targetArn: functionArn, attempts: 1 }]);
    });

    it('gives nothing to a rule that is disabled', async () => {
      // Prepare
      fakeFunction();
      putRule({ source: ['aws.ec2'] });

      // Act
      events().DisableRule({ Name: 'rule' });
      events().emit(stopped);
      await pass(5);
      events().EnableRule({ Name: 'rule' });
      events().emit(stopped);
      await pass(5);

      // Assess
      expect(invocations).toHaveLength(1);
    });

    it.each([
      ['Input', { Input: '{"fixed":true}' }, { fixed: true }],
      ['InputPath', { InputPath: '$.detail.state' }, 'stopped'],
      ['InputPath into an array', { InputPath: '$.resources[0]' }, 'arn:i-1'],
      [
        'InputTransformer',
        {
          InputTransformer: {
            InputPathsMap: { id: '$.detail.instance-id', all: '$.detail' },
            InputTemplate:
              '{"id": <id>, "text": "instance \\"<id>\\"", "all": <all>, "rule": "<aws.events.rule-name>"}',
          },
        },
        { id: 'i-1', text: 'instance "i-1"', all: stopped.detail, rule: 'rule' },
      ],
    ])('applies %s', async (_what, target, expected) => {
      fakeFunction();
      putRule({ source: ['aws.ec2'] }, target);

      events().emit(stopped);
      await pass(5);

      expect(invocations[0]?.payload).toEqual(expected);
    });

    it('starts an execution with the role of the target', async () => {
      // Prepare
      const started: unknown[] = [];
      Object.assign(account.region().stepFunctions, {
        access: () => [{ action: 'states:StartExecution', resource: stateMachineArn }],
        StartExecution: (input: unknown) => started.push(input),
      });
      const trust = trusting('events.amazonaws.com');
      putRoles(account, { Trigger: { trust, inline: { Start: allowing('states:StartExecution', stateMachineArn) } } });
      putRule({ source: ['aws.ec2'] }, { Arn: stateMachineArn, RoleArn: roleArn(account, 'Trigger') });

      // Act
      events().emit(stopped);
      await pass(5);

      // Assess
      const id = events().seen[0]?.event.id;
      expect(started).toEqual([
        { stateMachineArn, input: JSON.stringify(events().seen[0]?.event), name: expect.stringContaining(`${id}_`) },
      ]);
    });

    it('publishes to a topic and sends to a queue when their policies let it', async () => {
      // Prepare
      const topic = account.region().sns.CreateTopic({ Name: 'topic' }).TopicArn ?? '';
      putQueue();
      resourcePolicies(account).addStatement(topic, {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topic,
        Condition: { ArnEquals: { 'aws:SourceArn': ruleArn('rule') } },
      });
      putRule({ source: ['aws.ec2'] }, { Arn: topic, InputPath: '$.detail' });
      events().PutTargets({ Rule: 'rule', Targets: [{ Id: 'q', Arn: queueArn, Input: '"text"' }] });

      // Act
      events().emit(stopped);
      await pass(5);

      // Assess
      expect(account.region().sns.published).toMatchObject([{ message: JSON.stringify(stopped.detail) }]);
      expect(account.region().sqs.messages(queueArn)).toMatchObject([{ body: '"text"' }]);
    });

    it('passes an event on to another bus as it was', async () => {
      // Prepare
      fakeFunction();
      const { EventBusArn = '' } = events().CreateEventBus({ Name: 'second' });
      const trust = trusting('events.amazonaws.com');
      putRoles(account, { Forward: { trust, inline: { Put: allowing('events:PutEvents', EventBusArn) } } });
      putRule({ source: ['aws.ec2'] }, { Arn: EventBusArn, RoleArn: roleArn(account, 'Forward') }, 'forward');
      events().PutRule({ Name: 'rule', EventBusName: 'second', EventPattern: '{"source":["aws.ec2"]}' });
      events().PutTargets({ Rule: 'rule', EventBusName: 'second', Targets: [{ Id: 't', Arn: functionArn }] });

      // Act
      events().emit(stopped);
      await pass(5);

      // Assess
      expect(events().seen.map(({ bus }) => bus)).toEqual(['default', 'second']);
      expect(invocations[0]?.payload).toEqual(events().seen[0]?.event);
    });
  });

  describe('When a target fails', () => {
    it('gives up at once, into the dead-letter queue, when the permission is missing', async () => {
      // Prepare
      fakeFunction(undefined, false);
      putQueue();
      putRule({ source: ['aws.ec2'] }, { DeadLetterConfig: { Arn: queueArn } });

      // Act
      events().emit(stopped);
      await pass(5);

      // Assess
      expect(invocations).toEqual([]);
      expect(events().dropped).toMatchObject([
        { errorCode: 'AccessDeniedException', attempts: 1, deadLetterQueueArn: queueArn },
      ]);
      expect(JSON.parse(account.region().sqs.messages(queueArn)?.[0]?.body ?? '')).toEqual(events().seen[0]?.event);
    });

    it('loses an event whose dead-letter queue does not let it in', async () => {
      fakeFunction(undefined, false);
      putQueue(false);
      putRule({ source: ['aws.ec2'] }, { DeadLetterConfig: { Arn: queueArn } });

      events().emit(stopped);
      await pass(5);

      expect(account.region().sqs.messages(queueArn)).toEqual([]);
      expect(events().dropped[0]).not.toHaveProperty('deadLetterQueueArn');
    });

    const busyStateMachine = (failures: number) => {
      let calls = 0;
      Object.assign(account.region().stepFunctions, {
        access: () => [{ action: 'states:StartExecution', resource: stateMachineArn }],
        StartExecution: () => {
          calls += 1;
          if (calls <= failures) throw new AwsError('ThrottlingException', 'Rate exceeded');
        },
      });
      const trust = trusting('events.amazonaws.com');
      putRoles(account, { Trigger: { trust, inline: { Start: allowing('states:StartExecution') } } });
      return () => calls;
    };

    it('tries again with growing delays while the target is throttled', async () => {
      // Prepare
      const calls = busyStateMachine(4);
      putRule({ source: ['aws.ec2'] }, { Arn: stateMachineArn, RoleArn: roleArn(account, 'Trigger') });

      // Act
      events().emit(stopped);
      await pass(60);

      // Assess
      expect(calls()).toBe(5);
      expect(events().delivered).toMatchObject([{ attempts: 5 }]);
    });

    it('gives up after 24 hours when nothing else is declared', async () => {
      busyStateMachine(Number.POSITIVE_INFINITY);
      putRule({ source: ['aws.ec2'] }, { Arn: stateMachineArn, RoleArn: roleArn(account, 'Trigger') });

      events().emit(stopped);
      await pass(25 * 3600);

      expect(events().dropped).toMatchObject([{ errorCode: 'ThrottlingException' }]);
      expect(events().dropped[0]?.attempts).toBeGreaterThan(150);
    });

    it.each([
      [{ MaximumRetryAttempts: 2 }, 3],
      [{ MaximumRetryAttempts: 0 }, 1],
    ])('keeps to the retry policy %j', async (RetryPolicy, attempts) => {
      const calls = busyStateMachine(Number.POSITIVE_INFINITY);
      putRule({ source: ['aws.ec2'] }, { Arn: stateMachineArn, RoleArn: roleArn(account, 'Trigger'), RetryPolicy });

      events().emit(stopped);
      await pass(3600);

      expect(calls()).toBe(attempts);
      expect(events().dropped).toMatchObject([{ attempts }]);
    });

    it('refuses a target role that EventBridge may not assume', async () => {
      busyStateMachine(0);
      putRoles(account, { Other: { trust: trusting('lambda.amazonaws.com'), inline: { Start: allowing('*') } } });
      putRule({ source: ['aws.ec2'] }, { Arn: stateMachineArn, RoleArn: roleArn(account, 'Other') });

      events().emit(stopped);
      await pass(5);

      expect(events().dropped).toMatchObject([{ errorCode: 'AccessDeniedException' }]);
    });
  });

  describe('Invoking a function asynchronously', () => {
    const failing: InvocationResult = { functionError: { errorType: 'Error', errorMessage: 'no' } };

    it('tries again after one and two minutes, and then hands the event to the destination', async () => {
      // Prepare
      fakeFunction(() => failing);
      putQueue();
      putRoles(account, { Builder: { inline: { Send: allowing('sqs:SendMessage', queueArn) } } });
      events().asynchronous.configure(functionArn, { onFailureArn: queueArn });

      // Act
      events().asynchronous.invoke(functionArn, { job: 1 });
      await pass(600);

      // Assess
      const [first = 0, ...others] = invocations.map(({ time }) => Date.parse(time));
      expect(others.map((time) => (time - first) / 1000)).toEqual([60, 180]);
      expect(JSON.parse(account.region().sqs.messages(queueArn)?.[0]?.body ?? '')).toMatchObject({
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { job: 1 },
        responsePayload: { errorMessage: 'no' },
      });
    });

    it('remembers an event that failed without a destination', async () => {
      fakeFunction(() => failing);
      events().asynchronous.configure(functionArn, { maximumRetryAttempts: 0 });

      events().asynchronous.invoke(functionArn, { job: 1 });
      await pass(600);

      expect(events().asynchronous.failed).toMatchObject([{ functionArn, payload: { job: 1 }, attempts: 1 }]);
    });

    it('waits while the function is throttled', async () => {
      let calls = 0;
      fakeFunction(() => {
        calls += 1;
        if (calls < 4) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
        return { payload: null };
      });

      events().asynchronous.invoke(functionArn, {});
      await pass(60);

      expect(calls).toBe(4);
      expect(events().asynchronous.failed).toEqual([]);
    });
  });

  describe('A fault', () => {
    it.each([
      ['loses', 'lose' as const, 0],
      ['repeats', { repeat: 2 }, 3],
    ])('%s an event', async (_what, fault, expected) => {
      fakeFunction();
      putRule({ source: ['aws.ec2'] });
      events().deliveryFault = (event: AwsEvent) => (event['detail-type'] === 'State' ? fault : undefined);

      events().emit(stopped);
      await pass(5);

      expect(invocations).toHaveLength(expected);
    });

    it('delays an event', async () => {
      fakeFunction();
      putRule({ source: ['aws.ec2'] });
      events().deliveryFault = () => ({ delaySeconds: 900 });

      events().emit(stopped);
      await pass(890);
      const early = invocations.length;
      await pass(20);

      expect([early, invocations.length]).toEqual([0, 1]);
    });
  });

  describe('PutEvents', () => {
    const entry = { Source: 'my.app', DetailType: 'Started', Detail: '{"a":1}' };

    it('puts an event on a bus', async () => {
      fakeFunction();
      putRule({ source: ['my.app'], detail: { a: [1] } });

      const answer = events().PutEvents({ Entries: [entry] });
      await pass(5);

      expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: events().seen[0]?.event.id }] });
      expect(invocations).toHaveLength(1);
    });

    it.each([
      ['a source of AWS', { ...entry, Source: 'aws.backup' }, 'NotAuthorizedForSourceException'],
      ['a detail that is not JSON', { ...entry, Detail: '{' }, 'MalformedDetail'],
      ['a detail that is not an object', { ...entry, Detail: '1' }, 'MalformedDetail'],
      ['no detail type', { ...entry, DetailType: '' }, 'InvalidArgument'],
    ])('refuses an entry with %s, and takes the others', (_what, bad, ErrorCode) => {
      expect(events().PutEvents({ Entries: [bad, entry] })).toMatchObject({
        FailedEntryCount: 1,
        Entries: [{ ErrorCode }, { EventId: expect.any(String) }],
      });
    });

    it('refuses more than ten entries, none, and too many bytes', () => {
      expect(() => events().PutEvents({ Entries: Array(11).fill(entry) })).toThrow('less than or equal to 10');
      expect(() => events().PutEvents({ Entries: [] })).toThrow('greater than or equal to 1');
      const big = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(262144) }) };
      expect(() => events().PutEvents({ Entries: [big] })).toThrow('over the limit');
    });

    it('lets another account in only as the policy of the bus says', () => {
      // Prepare
      const bus = events().CreateEventBus({ Name: 'bus' }).EventBusArn ?? '';
      events().PutPermission({
        EventBusName: 'bus',
        Policy: JSON.stringify({
          Sid: 'Organisation',
          Effect: 'Allow',
          Principal: '*',
          Action: 'events:PutEvents',
          Resource: bus,
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1', 'events:source': 'my.app' } },
        }),
      });
      const stranger = { principalArn: 'arn:aws:iam::999988887777:role/Other', accountId: '999988887777' };
      const put = (Source: string, organizationId: string) =>
        events().PutEvents({ Entries: [{ ...entry, Source, EventBusName: 'bus' }] }, { ...stranger, organizationId })
          .FailedEntryCount;

      // Act and assess
      expect(put('my.app', 'o-1')).toBe(0);
      expect(put('my.app', 'o-2')).toBe(1);
      expect(put('other.app', 'o-1')).toBe(1);
    });
  });

  describe('The rest of the API', () => {
    it('describes, lists and deletes rules and targets', () => {
      // Prepare
      putRule({ source: ['aws.ec2'] });

      // Act and assess
      expect(events().DescribeRule({ Name: 'rule' })).toEqual({
        Name: 'rule',
        Arn: ruleArn('rule'),
        State: 'ENABLED',
        EventBusName: 'default',
        EventPattern: '{"source":["aws.ec2"]}',
      });
      expect(events().ListRules({}).Rules).toHaveLength(1);
      expect(() => events().DeleteRule({ Name: 'rule' })).toThrow('it has targets');
      expect(events().RemoveTargets({ Rule: 'rule', Ids: ['t', 'u'] })).toMatchObject({ FailedEntryCount: 1 });
      events().DeleteRule({ Name: 'rule' });
      expect(() => events().DescribeRule({ Name: 'rule' })).toThrow('Rule rule does not exist on EventBus default.');
    });

    it.each([
      ['a rule without a pattern and a schedule', () => events().PutRule({ Name: 'r' }), 'must be specified'],
      ['a broken pattern', () => events().PutRule({ Name: 'r', EventPattern: '[]' }), 'not valid'],
      ['a missing bus', () => events().ListRules({ EventBusName: 'none' }), 'Event bus none does not exist'],
      [
        'a state machine without a role',
        () => putRule({ source: ['a'] }, { Arn: stateMachineArn }),
        'RoleArn is required',
      ],
      ['two kinds of input', () => putRule({ source: ['a'] }, { Input: '1', InputPath: '$' }), 'Only one of Input'],
      [
        'a placeholder without a path',
        () => putRule({ source: ['a'] }, { InputTransformer: { InputTemplate: '"<a> <aws.events.rule-arn>"' } }),
        'contains invalid placeholder a.',
      ],
      ['an id with a space', () => putRule({ source: ['a'] }, { Id: 'a b' }), "Value 'a b' at 'targets.1.member.id'"],
      ['an id that is too long', () => putRule({ source: ['a'] }, { Id: 'a'.repeat(65) }), 'less than or equal to 64'],
      [
        'a broken schedule',
        () => events().PutRule({ Name: 'r', ScheduleExpression: 'rate()' }),
        'Parameter ScheduleExpression is not valid.',
      ],
      [
        'a statement that no policy has',
        () => events().RemovePermission({ StatementId: 'none' }),
        'Statement with the provided id does not exist.',
      ],
    ])('refuses %s', (_what, act, message) => {
      expect(act).toThrow(message);
    });

    it('tests a pattern', () => {
      const Event = JSON.stringify({ ...stopped, id: '1', account: '1', time: 't', region: 'r' });

      expect(events().TestEventPattern({ EventPattern: '{"source":["aws.ec2"]}', Event })).toEqual({ Result: true });
    });

    it.each(['{}', '["an event"]', 'no JSON'])('refuses %s as an event to test', (Event) => {
      expect(() => events().TestEventPattern({ EventPattern: '{"source":["aws.ec2"]}', Event })).toThrow(
        'Parameter Event is not valid.',
      );
    });
  });

  it('runs a rule with a schedule in virtual time, and stops when it is disabled', async () => {
    // Prepare
    fakeFunction();
    events().PutRule({ Name: 'nightly', ScheduleExpression: 'cron(0 3 * * ? *)' });
    events().PutTargets({ Rule: 'nightly', Targets: [{ Id: 't', Arn: functionArn }] });

    // Act
    await pass(2 * 24 * 3600);
    events().DisableRule({ Name: 'nightly' });
    await pass(24 * 3600);

    // Assess
    expect(invocations.map(({ time }) => time.slice(0, 16))).toEqual(['2026-11-21T03:00', '2026-11-22T03:00']);
    expect(invocations[0]?.payload).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: [ruleArn('nightly')],
      detail: {},
    });
  });
});
