import type {
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricAlarm,
  MetricDataQuery,
  PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, SimulatorError } from '../errors';
import { Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { Alarm } from './cloudwatch/alarm';
import { MetricData } from './cloudwatch/metric-data';
import { applyMetricFilter, type MetricFilterSettings } from './cloudwatch/metric-filter';
import { page } from './page';

const ALARMS_PAGE = 50;

/** A metric as a world file declares it: a line over time. */
interface WorldMetric {
  Namespace: string;
  MetricName: string;
  Dimensions: Record<string, string>;
  /** When virtual time begins. */
  Value: number;
  ChangePerHour?: number;
}

declare module '../places' {
  interface Region {
    readonly cloudWatch: CloudWatch;
  }
}

/**
 * Amazon CloudWatch: the metrics that a world declares; alarms on what Lambda and Step Functions publish and on what
 * metric filters find in the logs of functions. Alarms are evaluated when they are looked at; actions are not performed.
 */
export class CloudWatch extends Service {
  readonly iamPrefix = 'cloudwatch';
  private readonly alarms = new Map<string, Alarm>();
  private readonly filters = new Map<string, MetricFilterSettings>();
  private readonly published = new MetricData();
  /** How much of each source is published. */
  private readonly taken = { invocations: 0, logs: 0, executions: new WeakSet<object>() };
  private metrics: WorldMetric[] = [];
  private loadedAt = 0;

  load(metrics: WorldMetric[]): void {
    this.metrics = metrics;
    this.loadedAt = this.region.account.clock.now;
  }

  /** The metrics as they are now, in the form of a world. */
  snapshot(): WorldMetric[] {
    const { now } = this.region.account.clock;
    return this.metrics.map((metric) => ({ ...metric, Value: this.valueAt(metric, now) }));
  }

  /** Makes an alarm, or changes its settings; its state begins anew. */
  putAlarm(name: string, settings: PutMetricAlarmInput): void {
    this.alarms.set(name, new Alarm(settings, this.published, this.region.account.clock.now));
  }

  removeAlarm(name: string): void {
    this.alarms.delete(name);
  }

  putMetricFilter(name: string, settings: MetricFilterSettings): void {
    this.filters.set(name, settings);
  }

  removeMetricFilter(name: string): void {
    this.filters.delete(name);
  }

  /** An alarm as it is now, with its history. */
  alarm(name: string): Alarm {
    const alarm = this.alarms.get(name);
    if (!alarm) throw new SimulatorError(`There is no alarm ${name}.`);
    this.publish();
    alarm.settle(this.region.account.clock.now);
    return alarm;
  }

  /** Takes over what happened since the last time. */
  private publish(): void {
    const { account, lambda, stepFunctions } = this.region;
    for (const { time, logicalId } of lambda.invocations.slice(this.taken.invocations)) {
      const [FunctionName = ''] = [...lambda.functions.values()]
        .filter(({ configuration }) => configuration.logicalId === logicalId)
        .map(({ configuration }) => configuration.functionName);
      const metric = { namespace: 'AWS/Lambda', name: 'Invocations', dimensions: { FunctionName } };
      this.published.put(metric, Date.parse(time), 1);
    }
    for (const execution of stepFunctions.executions.values()) {
      if (this.taken.executions.has(execution)) continue;
      this.taken.executions.add(execution);
      const { startDate, stateMachineArn: StateMachineArn } = execution;
      const metric = { namespace: 'AWS/States', name: 'ExecutionsStarted', dimensions: { StateMachineArn } };
      this.published.put(metric, startDate.getTime(), 1);
    }
    for (const { time, line } of account.logs.slice(this.taken.logs))
      for (const filter of this.filters.values()) applyMetricFilter(filter, line, Date.parse(time), this.published);
    this.taken.invocations = lambda.invocations.length;
    this.taken.logs = account.logs.length;
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
  DescribeAlarms(input: DescribeAlarmsInput): DescribeAlarmsOutput {
    const supported = ['AlarmNames', 'AlarmNamePrefix', 'StateValue', 'MaxRecords', 'NextToken'];
    requireSupported('cloudwatch:DescribeAlarms', input, supported);
    const { AlarmNames, AlarmNamePrefix = '', StateValue, MaxRecords = ALARMS_PAGE, NextToken } = input;
    const names = [...this.alarms.keys()].sort().filter((name) => name.startsWith(AlarmNamePrefix));
    const found = names
      .filter((name) => !AlarmNames || AlarmNames.includes(name))
      .map((name) => this.describeAlarm(name))
      .filter((alarm) => !StateValue || alarm.StateValue === StateValue);
    const { items, nextToken } = page(found, MaxRecords, NextToken);
    return { MetricAlarms: items, CompositeAlarms: [], ...(nextToken && { NextToken: nextToken }) };
  }

  private describeAlarm(name: string): MetricAlarm {
    const { settings, state, transitions, createdAt } = this.alarm(name);
    const { Tags, WarmUpConfiguration, ...described } = settings;
    const { at = createdAt } = transitions.at(-1) ?? {};
    return {
      ...described,
      AlarmName: name,
      AlarmArn: this.region.arn('cloudwatch', `alarm:${name}`),
      StateValue: state,
      StateUpdatedTimestamp: new Date(at),
      AlarmConfigurationUpdatedTimestamp: new Date(createdAt),
    };
  }

  GetMetricData(input: GetMetricDataInput): GetMetricDataOutput {
    requireSupported('cloudwatch:GetMetricData', input, ['MetricDataQueries', 'StartTime', 'EndTime']);
    const { StartTime, EndTime, MetricDataQueries = [] } = input;
    if (!StartTime || !EndTime || StartTime >= EndTime)
      throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
    return {
      MetricDataResults: MetricDataQueries.map((query) => ({
        Id: query.Id,
        Label: query.MetricStat?.Metric?.MetricName,
        StatusCode: 'Complete',
        ...this.pointsOf(query, StartTime.getTime(), EndTime.getTime()),
      })),
      Messages: [],
    };
  }

  /** One point a period, the newest first; a metric that the world does not have has none. */
  private pointsOf({ MetricStat, Expression }: MetricDataQuery, start: number, end: number) {
    if (Expression || !MetricStat) throw new SimulatorError('cloudwatch:GetMetricData: expressions are not simulated.');
    const { Metric, Period = 60 } = MetricStat;
    const metric = this.metrics.find(
      ({ Namespace, MetricName, Dimensions }) =>
        Namespace === Metric?.Namespace &&
        MetricName === Metric.MetricName &&
        Object.keys(Dimensions).length === (Metric.Dimensions ?? []).length &&
        (Metric.Dimensions ?? []).every(({ Name = '', Value }) => Dimensions[Name] === Value),
    );
    const Timestamps: Date[] = [];
    const period = Period * 1000;
    for (let at = Math.floor((end - 1) / period) * period; metric && at >= start; at -= period)
      Timestamps.push(new Date(at));
    return { Timestamps, Values: metric ? Timestamps.map((at) => this.valueAt(metric, at.getTime())) : [] };
  }

  private valueAt({ Value, ChangePerHour = 0 }: WorldMetric, time: number): number {
    return Math.max(0, Value + (ChangePerHour * (time - this.loadedAt)) / 3_600_000);
  }
}
