import { Account } from '../../../account';
import type { ScheduleInput } from '../../../services/scheduler';
import { allowing, putRoles, roleArn, trusting } from '../iam/roles';

describe('Scheduler', () => {
  let account: Account;
  let started: { time: string; input: unknown }[];
  const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:flow';
  const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:letters';

  beforeEach(() => {
    account = new Account({ seed: 1 });
    started = [];
    Object.assign(account.region().stepFunctions, {
      access: () => [{ action: 'states:StartExecution', resource: stateMachineArn }],
      StartExecution: ({ input }: { input: string }) => {
        started.push({ time: account.clock.date.toISOString().slice(0, 16), input: JSON.parse(input) });
      },
    });
    putRoles(account, {
      Trigger: {
        trust: trusting('scheduler.amazonaws.com'),
        inline: { Start: allowing('states:StartExecution'), Send: allowing('sqs:SendMessage') },
      },
      Powerless: { trust: trusting('scheduler.amazonaws.com'), inline: { Send: allowing('sqs:SendMessage') } },
    });
  });
  afterEach(() => account.close());

  const scheduler = () => account.region().scheduler;
  const pass = (hours: number) => account.clock.runUntil(account.clock.sleep(hours * 3600), hours * 3600 + 1);
  const times = () => started.map(({ time }) => time);
  const schedule = (ScheduleExpression: string, others: Partial<ScheduleInput> = {}): ScheduleInput => ({
    Name: 'nightly',
    ScheduleExpression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: stateMachineArn, RoleArn: roleArn(account, 'Trigger'), Input: '{"a":1}' },
    ...others,
  });

  it('starts the target with its input in the time zone of the schedule', async () => {
    scheduler().CreateSchedule(schedule('cron(30 1 * * ? *)', { ScheduleExpressionTimezone: 'Europe/Paris' }));

    await pass(48);

    expect(started).toEqual([
      { time: '2026-11-21T00:30', input: { a: 1 } },
      { time: '2026-11-22T00:30', input: { a: 1 } },
    ]);
    expect(scheduler().delivered).toHaveLength(2);
  });

  it('begins a rate at once, or at its start date, and ends it at its end date', async () => {
    scheduler().CreateSchedule(schedule('rate(12 hours)'));
    const StartDate = new Date('2026-11-21T06:00:00Z');
    const EndDate = new Date('2026-11-21T08:00:00Z');
    scheduler().CreateSchedule(schedule('rate(1 hour)', { Name: 'bounded', StartDate, EndDate }));

    await pass(23);

    expect(times()).toEqual([
      '2026-11-20T22:00',
      '2026-11-21T06:00',
      '2026-11-21T07:00',
      '2026-11-21T08:00',
      '2026-11-21T10:00',
    ]);
  });

  it('runs a one-time schedule once, and takes it away when that is wanted', async () => {
    scheduler().CreateSchedule(schedule('at(2026-11-21T00:00:00)', { ActionAfterCompletion: 'DELETE' }));

    await pass(48);

    expect(times()).toEqual(['2026-11-21T00:00']);
    expect(() => scheduler().GetSchedule({ Name: 'nightly' })).toThrow('nightly');
  });

  it('reaches a run that is further away than a timer can be', async () => {
    scheduler().CreateSchedule(schedule('cron(0 0 1 3 ? *)'));

    await pass(24 * 120);

    expect(times()).toEqual(['2027-03-01T00:00']);
  });

  it('does nothing while it is disabled, and follows an update', async () => {
    // Prepare
    scheduler().CreateSchedule(schedule('rate(1 hour)', { State: 'DISABLED' }));
    await pass(3);
    const whileDisabled = [...started];

    // Act
    scheduler().UpdateSchedule(schedule('cron(0 3 * * ? *)', { State: 'ENABLED' }));
    await pass(24);
    scheduler().UpdateSchedule(schedule('cron(0 3 * * ? *)', { State: 'DISABLED' }));
    await pass(48);

    // Assess
    expect(whileDisabled).toEqual([]);
    expect(times()).toEqual(['2026-11-21T03:00']);
  });

  it('sends the input to the dead-letter queue when the role may not call the target', async () => {
    // Prepare
    account.region().sqs.CreateQueue({ QueueName: 'letters' });
    const Target = {
      Arn: stateMachineArn,
      RoleArn: roleArn(account, 'Powerless'),
      Input: '{"a":1}',
      DeadLetterConfig: { Arn: queueArn },
    };
    scheduler().CreateSchedule(schedule('at(2026-11-21T00:00:00)', { Target }));

    // Act
    await pass(3);

    // Assess
    expect(started).toEqual([]);
    expect(scheduler().dropped).toMatchObject([{ errorCode: 'AccessDeniedException', deadLetterQueueArn: queueArn }]);
    expect(account.region().sqs.messages(queueArn)).toMatchObject([{ body: '{"a":1}' }]);
  });

  it('calls nothing while its role may not decrypt what a key of the customer encrypts', async () => {
    // Prepare
    const KmsKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/own';
    scheduler().CreateSchedule(schedule('at(2026-11-21T00:00:00)', { KmsKeyArn }));
    scheduler().CreateSchedule(schedule('at(2026-11-21T02:00:00)', { KmsKeyArn, Name: 'later' }));

    // Act
    await pass(3);
    putRoles(account, { Trigger: { inline: { Key: allowing('kms:Decrypt', KmsKeyArn) } } });
    await pass(3);

    // Assess
    expect(times()).toEqual(['2026-11-21T02:00']);
    expect(scheduler().dropped).toMatchObject([{ errorCode: 'AccessDeniedException' }]);
  });

  it('fills in its context attributes', async () => {
    const Target = {
      Arn: stateMachineArn,
      RoleArn: roleArn(account, 'Trigger'),
      Input: '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>"}',
    };
    const { ScheduleArn } = scheduler().CreateSchedule(schedule('at(2026-11-21T00:00:00)', { Target }));

    await pass(3);

    expect(started[0]?.input).toEqual({ at: '2026-11-21T00:00:00Z', by: ScheduleArn });
  });

  it('answers with what is stored, and with the defaults', () => {
    const { ScheduleArn } = scheduler().CreateSchedule(schedule('rate(1 day)'));

    expect(ScheduleArn).toBe('arn:aws:scheduler:eu-west-1:111122223333:schedule/default/nightly');
    expect(scheduler().GetSchedule({ Name: 'nightly' })).toMatchObject({
      Arn: ScheduleArn,
      State: 'ENABLED',
      ScheduleExpressionTimezone: 'UTC',
      GroupName: 'default',
    });
  });

  it.each<[string, Partial<ScheduleInput>, string]>([
    ['a broken expression', { ScheduleExpression: 'cron(* *)' }, 'Invalid Schedule Expression cron(* *).'],
    ['an unknown time zone', { ScheduleExpressionTimezone: 'Nowhere/City' }, 'Nowhere/City is not valid'],
    ['an end before the start', { StartDate: new Date(2000), EndDate: new Date(1000) }, 'must come before'],
    ['a flexible window', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'Flexible time windows are not simulated'],
    ['a group', { GroupName: 'mine' }, 'groups other than default are not simulated'],
  ])('refuses %s', (_what, others, message) => {
    expect(() => scheduler().CreateSchedule({ ...schedule('rate(1 day)'), ...others })).toThrow(message);
  });

  it('refuses a second schedule of the same name', () => {
    scheduler().CreateSchedule(schedule('rate(1 day)'));

    expect(() => scheduler().CreateSchedule(schedule('rate(1 day)'))).toThrow('already exists');
  });
});
