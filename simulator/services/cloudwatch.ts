import type { GetMetricDataInput, GetMetricDataOutput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { AwsError, SimulatorError } from '../errors';
import { Service } from '../service';
import { requireSupported } from '../supported-parameters';

/** A metric as a world file declares it: a line over time. */
interface WorldMetric {
  Namespace: string;
  MetricName: string;
  Dimensions: Record<string, string>;
  /** When virtual time begins. */
  Value: number;
  ChangePerHour?: number;
}

/** Amazon CloudWatch: the metrics that a world declares. Alarms are only recorded. */
export class CloudWatch extends Service {
  readonly iamPrefix = 'cloudwatch';
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
