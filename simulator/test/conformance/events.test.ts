import {
  CloudWatchEventsClient,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-cloudwatch-events';
import { type Aws, conformance } from './harness';

const Name = 'stopped';
const PATTERN = JSON.stringify({ source: ['aws.ec2'], detail: { state: ['stopped'] } });
const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:resume';

/** An event pattern, the detail of an event, and whether the one takes the other. */
const PATTERNS: [what: string, pattern: object, detail: object, matches: boolean][] = [
  ['an exact text', { state: ['stopped'] }, { state: 'stopped' }, true],
  ['a text in other letters', { state: ['Stopped'] }, { state: 'stopped' }, false],
  ['one of several texts', { state: ['running', 'stopped'] }, { state: 'stopped' }, true],
  ['a number', { code: [80] }, { code: 80 }, true],
  ['another number', { code: [80] }, { code: 16 }, false],
  ['a number as a text', { code: ['80'] }, { code: 80 }, false],
  ['true', { done: [true] }, { done: true }, true],
  ['null', { error: [null] }, { error: null }, true],
  ['null for a field that is not there', { error: [null] }, { state: 'x' }, false],
  ['an empty text', { message: [''] }, { message: '' }, true],
  ['a field that is not there', { other: ['x'] }, { state: 'x' }, false],
  ['a field within a field', { job: { state: ['COMPLETED'] } }, { job: { state: 'COMPLETED' } }, true],
  ['all fields of a pattern', { a: ['1'], b: ['2'] }, { a: '1', b: '3' }, false],
  ['an element of a list', { volumes: ['vol-2'] }, { volumes: ['vol-1', 'vol-2'] }, true],
  ['no element of a list', { volumes: ['vol-3'] }, { volumes: ['vol-1', 'vol-2'] }, false],
  ['a prefix', { job: [{ prefix: 'run-' }] }, { job: 'run-1' }, true],
  ['another prefix', { job: [{ prefix: 'run-' }] }, { job: 'test-run-1' }, false],
  ['a prefix in any letters', { job: [{ prefix: { 'equals-ignore-case': 'RUN-' } }] }, { job: 'run-1' }, true],
  ['a suffix', { file: [{ suffix: '.sh' }] }, { file: 'pre.sh' }, true],
  ['another suffix', { file: [{ suffix: '.sh' }] }, { file: 'pre.ps1' }, false],
  ['a text in any letters', { state: [{ 'equals-ignore-case': 'STOPPED' }] }, { state: 'stopped' }, true],
  ['anything but a text', { state: [{ 'anything-but': 'running' }] }, { state: 'stopped' }, true],
  ['anything but that text', { state: [{ 'anything-but': 'stopped' }] }, { state: 'stopped' }, false],
  ['anything but a list', { state: [{ 'anything-but': ['a', 'b'] }] }, { state: 'b' }, false],
  ['anything but a list of numbers', { code: [{ 'anything-but': [16, 80] }] }, { code: 64 }, true],
  ['anything but a prefix', { job: [{ 'anything-but': { prefix: 'run-' } }] }, { job: 'run-1' }, false],
  ['anything but, for a field that is not there', { other: [{ 'anything-but': 'x' }] }, { state: 'x' }, false],
  ['a field that exists', { state: [{ exists: true }] }, { state: 'x' }, true],
  ['a field that does not exist', { error: [{ exists: false }] }, { state: 'x' }, true],
  ['a field that exists after all', { state: [{ exists: false }] }, { state: 'x' }, false],
  ['a number of a range', { code: [{ numeric: ['>', 0, '<=', 80] }] }, { code: 80 }, true],
  ['a number outside of a range', { code: [{ numeric: ['>', 0, '<', 80] }] }, { code: 80 }, false],
  ['an equal number', { size: [{ numeric: ['=', 1.5] }] }, { size: 1.5 }, true],
  ['a wildcard', { file: [{ wildcard: 'scripts/*.sh' }] }, { file: 'scripts/pre.sh' }, true],
  ['a wildcard elsewhere', { file: [{ wildcard: 'scripts/*.sh' }] }, { file: 'logs/pre.sh' }, false],
  ['one of several ways', { $or: [{ state: ['x'] }, { code: [80] }] }, { state: 'y', code: 80 }, true],
  ['none of several ways', { $or: [{ state: ['x'] }, { code: [80] }] }, { state: 'y', code: 16 }, false],
];

/** Whether a pattern takes an event with that detail: moto does not test patterns, but counts what an archive takes. */
async function matches(aws: Aws, pattern: object, detail: object): Promise<boolean> {
  const events = aws.client(CloudWatchEventsClient);
  const EventPattern = JSON.stringify({ detail: pattern });
  if (aws.implementation === 'moto') {
    const { Arn: EventSourceArn } = await events.send(new DescribeEventBusCommand({}));
    await events.send(new CreateArchiveCommand({ ArchiveName: 'taken', EventSourceArn, EventPattern }));
    const Entries = [{ Source: 'mine', DetailType: 'Test', Detail: JSON.stringify(detail) }];
    await events.send(new PutEventsCommand({ Entries }));
    return (await events.send(new DescribeArchiveCommand({ ArchiveName: 'taken' }))).EventCount === 1;
  }
  const Event = JSON.stringify({
    version: '0',
    id: '1',
    'detail-type': 'Test',
    source: 'mine',
    account: '123456789012',
    time: '2026-11-20T22:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail,
  });
  return (await events.send(new TestEventPatternCommand({ EventPattern, Event }))).Result === true;
}

conformance('EventBridge', (behaves) => {
  for (const [what, pattern, detail, expected] of PATTERNS) {
    behaves(`a pattern ${expected ? 'takes' : 'leaves'} ${what}`, async (aws) => {
      expect(await matches(aws, pattern, detail)).toBe(expected);
    });
  }

  behaves('a pattern finds its fields within one element of a list', async (aws) => {
    const pattern = { tags: { key: ['app'], value: ['web'] } };

    expect(await matches(aws, pattern, { tags: [{ key: 'app', value: 'web' }] })).toBe(true);
  });

  behaves('a rule comes back as it was put', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);

    const { RuleArn } = await events.send(new PutRuleCommand({ Name, EventPattern: PATTERN, Description: 'ends' }));

    expect(RuleArn).toMatch(/^arn:aws:events:eu-west-1:\d{12}:rule\/stopped$/);
    expect(await events.send(new DescribeRuleCommand({ Name }))).toMatchObject({
      Name,
      Arn: RuleArn,
      EventPattern: PATTERN,
      Description: 'ends',
      State: 'ENABLED',
      EventBusName: 'default',
    });
  });

  behaves('putting a rule again replaces it, and keeps its targets', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);
    await events.send(new PutRuleCommand({ Name, EventPattern: PATTERN, Description: 'old' }));
    await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'resume', Arn: FUNCTION_ARN }] }));

    await events.send(new PutRuleCommand({ Name, ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' }));

    const rule = await events.send(new DescribeRuleCommand({ Name }));
    expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' });
    expect(rule.EventPattern).toBeUndefined();
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
    expect(Targets).toEqual([{ Id: 'resume', Arn: FUNCTION_ARN }]);
  });

  behaves('a rule that does not exist cannot be described', async (aws) => {
    const describe = aws.client(CloudWatchEventsClient).send(new DescribeRuleCommand({ Name: 'none' }));

    await expect(describe).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  behaves('a rule needs a pattern or a schedule', async (aws) => {
    const put = aws.client(CloudWatchEventsClient).send(new PutRuleCommand({ Name }));

    await expect(put).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    });
  });

  behaves('a schedule is for rules of the default bus', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);
    await events.send(new CreateEventBusCommand({ Name: 'backups' }));

    const put = events.send(
      new PutRuleCommand({ Name, EventBusName: 'backups', ScheduleExpression: 'rate(1 minute)' }),
    );

    await expect(put).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'ScheduleExpression is supported only on the default event bus.',
    });
  });

  for (const [what, EventPattern] of [
    ['text that is no JSON', '{'],
    ['an empty list', '{"source":[]}'],
    ['a value outside of a list', '{"source":"aws.ec2"}'],
  ] as const) {
    behaves(`a rule refuses a pattern with ${what}`, async (aws) => {
      const put = aws.client(CloudWatchEventsClient).send(new PutRuleCommand({ Name, EventPattern }));

      await expect(put).rejects.toMatchObject({
        name: 'InvalidEventPatternException',
        message: expect.stringMatching(/^Event pattern is not valid. Reason: /),
      });
    });
  }

  behaves('a rule refuses an unknown comparison', async (aws) => {
    const EventPattern = '{"source":[{"contains":"ec2"}]}';

    const put = aws.client(CloudWatchEventsClient).send(new PutRuleCommand({ Name, EventPattern }));

    await expect(put).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
  });

  behaves('a rule is turned off and on', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);
    await events.send(new PutRuleCommand({ Name, EventPattern: PATTERN }));

    await events.send(new DisableRuleCommand({ Name }));
    const off = await events.send(new DescribeRuleCommand({ Name }));
    await events.send(new EnableRuleCommand({ Name }));
    const on = await events.send(new DescribeRuleCommand({ Name }));

    expect([off.State, on.State]).toEqual(['DISABLED', 'ENABLED']);
  });

  behaves('rules are listed by the beginning of their names', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);
    for (const name of ['run-b', 'other', 'run-a'])
      await events.send(new PutRuleCommand({ Name: name, EventPattern: PATTERN }));

    const { Rules } = await events.send(new ListRulesCommand({ NamePrefix: 'run-' }));

    expect(Rules?.map(({ Name: name }) => name).sort()).toEqual(['run-a', 'run-b']);
  });

  behaves('a target takes the place of the one with its id', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);
    await events.send(new PutRuleCommand({ Name, EventPattern: PATTERN }));
    await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'resume', Arn: FUNCTION_ARN }] }));

    const put = await events.send(
      new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'resume', Arn: FUNCTION_ARN, Input: '{"a":1}' }] }),
    );

    expect(put).toMatchObject({ FailedEntryCount: 0, FailedEntries: [] });
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
    expect(Targets).toEqual([{ Id: 'resume', Arn: FUNCTION_ARN, Input: '{"a":1}' }]);
  });

  behaves('targets are put on a rule that exists', async (aws) => {
    const put = aws
      .client(CloudWatchEventsClient)
      .send(new PutTargetsCommand({ Rule: 'none', Targets: [{ Id: 'resume', Arn: FUNCTION_ARN }] }));

    await expect(put).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  behaves('a rule has at most five targets', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);
    await events.send(new PutRuleCommand({ Name, EventPattern: PATTERN }));
    const Targets = Array.from({ length: 6 }, (_, index) => ({ Id: String(index), Arn: FUNCTION_ARN }));

    const put = events.send(new PutTargetsCommand({ Rule: Name, Targets }));

    await expect(put).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  behaves('a rule with targets cannot be deleted', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);
    await events.send(new PutRuleCommand({ Name, EventPattern: PATTERN }));
    await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'resume', Arn: FUNCTION_ARN }] }));

    await expect(events.send(new DeleteRuleCommand({ Name }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    });

    await events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['resume'] }));
    await events.send(new DeleteRuleCommand({ Name }));
    const { Rules } = await events.send(new ListRulesCommand({}));
    expect(Rules).toEqual([]);
  });

  behaves('an event has an id', async (aws) => {
    const put = await aws
      .client(CloudWatchEventsClient)
      .send(new PutEventsCommand({ Entries: [{ Source: 'mine', DetailType: 'Test', Detail: '{}' }] }));

    expect(put).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.stringMatching(/^[0-9a-f-]{36}$/) }],
    });
  });

  behaves('an entry that is not valid fails alone', async (aws) => {
    const good = { Source: 'mine', DetailType: 'Test', Detail: '{}' };

    const put = await aws
      .client(CloudWatchEventsClient)
      .send(new PutEventsCommand({ Entries: [{ ...good, Detail: 'x' }, good, { ...good, DetailType: undefined }] }));

    expect(put.FailedEntryCount).toBe(2);
    expect(put.Entries).toEqual([
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      { EventId: expect.any(String) },
      {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: 'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
      },
    ]);
  });

  behaves('a custom event cannot name an AWS service as its source', async (aws) => {
    const put = await aws
      .client(CloudWatchEventsClient)
      .send(new PutEventsCommand({ Entries: [{ Source: 'aws.ec2', DetailType: 'Test', Detail: '{}' }] }));

    expect(put).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }] });
  });

  behaves('a request has at most ten entries', async (aws) => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 'mine', DetailType: 'Test', Detail: '{}' }));

    const put = aws.client(CloudWatchEventsClient).send(new PutEventsCommand({ Entries }));

    await expect(put).rejects.toMatchObject({ name: 'ValidationException' });
  });

  behaves('a bus lets another account in when its policy says so', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);
    const { EventBusArn } = await events.send(new CreateEventBusCommand({ Name: 'backups' }));
    await events.send(
      new PutPermissionCommand({
        EventBusName: 'backups',
        StatementId: 'partner',
        Principal: '444455556666',
        Action: 'events:PutEvents',
      }),
    );

    const { Policy, Arn } = await events.send(new DescribeEventBusCommand({ Name: 'backups' }));

    expect(Arn).toBe(EventBusArn);
    expect(JSON.parse(Policy ?? '{}').Statement).toEqual([
      {
        Sid: 'partner',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::444455556666:root' },
        Action: 'events:PutEvents',
        Resource: EventBusArn,
      },
    ]);
  });

  behaves('a bus cannot be created twice', async (aws) => {
    const events = aws.client(CloudWatchEventsClient);
    await events.send(new CreateEventBusCommand({ Name: 'backups' }));

    const again = events.send(new CreateEventBusCommand({ Name: 'backups' }));

    await expect(again).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'Event bus backups already exists.',
    });
  });

  behaves('a bus that does not exist cannot be described', async (aws) => {
    const describe = aws.client(CloudWatchEventsClient).send(new DescribeEventBusCommand({ Name: 'none' }));

    await expect(describe).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Event bus none does not exist.',
    });
  });
});
