import { AwsError, SimulatorError } from '../errors';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { Deliveries } from './events/delivery';
import { keyUse } from './key-use';
import { page } from './page';
import { readExpression } from './scheduler/expression';
import { repeat } from './scheduler/repeat';

/** What a schedule calls. */
interface ScheduleTarget {
  Arn: string;
  RoleArn: string;
  Input?: string;
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
  DeadLetterConfig?: { Arn?: string };
}

/** The input of CreateSchedule and UpdateSchedule, as in the SDK. */
export interface ScheduleInput {
  Name: string;
  GroupName?: string;
  Description?: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone?: string;
  State?: 'ENABLED' | 'DISABLED';
  StartDate?: Date;
  EndDate?: Date;
  FlexibleTimeWindow: { Mode: string };
  Target: ScheduleTarget;
  ActionAfterCompletion?: 'NONE' | 'DELETE';
  KmsKeyArn?: string;
}

interface Schedule {
  arn: string;
  input: ScheduleInput;
  createdAt: Date;
  modifiedAt: Date;
  stop?: () => void;
}

const PARAMETERS = [
  'ActionAfterCompletion',
  'ClientToken',
  'Description',
  'EndDate',
  'FlexibleTimeWindow',
  'GroupName',
  'KmsKeyArn',
  'Name',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'StartDate',
  'State',
  'Target',
];
const TARGET_MEMBERS = ['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig'];
const PAGE_SIZE = 100;

declare module '../places' {
  interface Region {
    readonly scheduler: Scheduler;
  }
}

/** Amazon EventBridge Scheduler. What is and is not simulated: simulator/docs/events-and-deployment.md. */
export class Scheduler extends Service {
  readonly iamPrefix = 'scheduler';
  private readonly calls = new Deliveries(this.region);
  private readonly schedules = new Map<string, Schedule>();

  /** The target calls that succeeded. */
  get delivered() {
    return this.calls.delivered;
  }

  /** The target calls that were given up; with `deadLetterQueueArn` where a queue has the input. */
  get dropped() {
    return this.calls.dropped;
  }

  override usualAccess(operation: string, input: object): Access[] {
    const { Name, GroupName = 'default', Target } = input as Partial<ScheduleInput>;
    const resource = Name === undefined ? '*' : this.region.arn('scheduler', `schedule/${GroupName}/${Name}`);
    const access: Access[] = [{ action: `scheduler:${operation}`, resource }];
    if (Target) {
      const context = { 'iam:PassedToService': 'scheduler.amazonaws.com' };
      access.push({ action: 'iam:PassRole', resource: Target.RoleArn, context });
    }
    return access;
  }

  CreateSchedule(input: ScheduleInput): { ScheduleArn: string } {
    requireSupported('scheduler:CreateSchedule', input, PARAMETERS);
    const { Name, GroupName = 'default' } = input;
    const key = `${GroupName}/${Name}`;
    if (GroupName !== 'default') throw new SimulatorError('Schedule groups other than default are not simulated.');
    if (this.schedules.has(key)) throw new AwsError('ConflictException', `Schedule ${Name} already exists.`, 409);
    this.check(input);
    const now = this.region.account.clock.date;
    const arn = this.region.arn('scheduler', `schedule/${key}`);
    const schedule: Schedule = { arn, input: structuredClone(input), createdAt: now, modifiedAt: now };
    this.schedules.set(key, schedule);
    this.start(key, schedule);
    return { ScheduleArn: arn };
  }

  /** Replaces everything: what is left out goes back to its default. */
  UpdateSchedule(input: ScheduleInput): { ScheduleArn: string } {
    requireSupported('scheduler:UpdateSchedule', input, PARAMETERS);
    const schedule = this.find(input);
    this.check(input);
    schedule.stop?.();
    schedule.input = structuredClone(input);
    schedule.modifiedAt = this.region.account.clock.date;
    this.start(`default/${input.Name}`, schedule);
    return { ScheduleArn: schedule.arn };
  }

  GetSchedule(input: { Name: string; GroupName?: string }) {
    const { arn, createdAt, modifiedAt, input: stored } = this.find(input);
    return {
      ...structuredClone(stored),
      Arn: arn,
      GroupName: 'default',
      State: stored.State ?? 'ENABLED',
      ScheduleExpressionTimezone: stored.ScheduleExpressionTimezone ?? 'UTC',
      ActionAfterCompletion: stored.ActionAfterCompletion ?? 'NONE',
      CreationDate: createdAt,
      LastModificationDate: modifiedAt,
    };
  }

  DeleteSchedule(input: { Name: string; GroupName?: string }): Record<string, never> {
    this.find(input).stop?.();
    this.schedules.delete(`default/${input.Name}`);
    return {};
  }

  ListSchedules(input: { NamePrefix?: string; State?: string; MaxResults?: number; NextToken?: string }) {
    requireSupported('scheduler:ListSchedules', input, ['NamePrefix', 'State', 'MaxResults', 'NextToken']);
    const schedules = [...this.schedules.values()]
      .map(({ input: { Name } }) => this.GetSchedule({ Name }))
      .filter(({ Name, State }) => Name.startsWith(input.NamePrefix ?? '') && State === (input.State ?? State))
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
    const { items, nextToken } = page(schedules, input.MaxResults ?? PAGE_SIZE, input.NextToken);
    const Schedules = items.map(({ Name, Arn, State, GroupName, CreationDate, LastModificationDate, Target }) => ({
      Name,
      Arn,
      State,
      GroupName,
      CreationDate,
      LastModificationDate,
      Target: { Arn: Target.Arn },
    }));
    return { Schedules, ...(nextToken && { NextToken: nextToken }) };
  }

  private check(input: ScheduleInput): void {
    if (!/^[0-9a-zA-Z_.-]{1,64}$/.test(input.Name)) throw validation(`Name ${input.Name} is not valid.`);
    if (input.FlexibleTimeWindow.Mode !== 'OFF') throw new SimulatorError('Flexible time windows are not simulated.');
    const unknown = Object.keys(input.Target).find((name) => !TARGET_MEMBERS.includes(name));
    if (unknown) throw new SimulatorError(`${unknown} of a schedule's target is not simulated.`);
    if (/^arn:aws[a-z-]*:scheduler:::/.test(input.Target.Arn))
      throw new SimulatorError(`The universal target ${input.Target.Arn} is not simulated.`);
    if (!input.Target.RoleArn) throw validation('RoleArn is required.');
    if (input.StartDate && input.EndDate && input.StartDate >= input.EndDate)
      throw validation('The StartDate you specify must come before the EndDate.');
    readExpression(input.ScheduleExpression, input.ScheduleExpressionTimezone ?? 'UTC', { oneTime: true });
  }

  private start(key: string, schedule: Schedule): void {
    const { input } = schedule;
    schedule.stop = undefined;
    if (input.State === 'DISABLED') return;
    const expression = readExpression(input.ScheduleExpression, input.ScheduleExpressionTimezone ?? 'UTC', {
      oneTime: true,
    });
    // A one-time schedule ignores both dates.
    const bounds =
      expression.kind === 'at' ? {} : { from: input.StartDate?.getTime(), until: input.EndDate?.getTime() };
    const onEnd = () => {
      if (input.ActionAfterCompletion === 'DELETE') this.schedules.delete(key);
    };
    schedule.stop = repeat(this.region.account.clock, expression, { ...bounds, onEnd }, () => this.call(schedule));
  }

  private call({ arn, input: { Target, KmsKeyArn } }: Schedule): Promise<void> {
    const context = { 'kms:EncryptionContext:aws:scheduler:schedule:arn': arn };
    return this.calls.deliver({
      needs: keyUse(this.region, KmsKeyArn, ['Decrypt'], context),
      service: 'scheduler.amazonaws.com',
      sourceArn: arn,
      targetId: Target.Arn,
      arn: Target.Arn,
      roleArn: Target.RoleArn,
      input: this.fillIn(Target.Input ?? '{}', arn),
      retryPolicy: Target.RetryPolicy,
      deadLetterConfig: Target.DeadLetterConfig,
    });
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
  private fillIn(input: string, arn: string): string {
    const { clock, random } = this.region.account;
    const attributes: Record<string, () => string> = {
      'schedule-arn': () => arn,
      'scheduled-time': () => `${clock.date.toISOString().slice(0, 19)}Z`,
      'execution-id': () => random.hex(16),
      'attempt-number': () => '1',
    };
    return input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (all, name: string) => attributes[name]?.() ?? all);
  }

  private find({ Name, GroupName = 'default' }: { Name: string; GroupName?: string }): Schedule {
    const schedule = this.schedules.get(`${GroupName}/${Name}`);
    if (!schedule) throw new AwsError('ResourceNotFoundException', `Schedule ${Name} does not exist.`, 404);
    return schedule;
  }
}

function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
