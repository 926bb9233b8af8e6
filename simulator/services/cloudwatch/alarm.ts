import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { SimulatorError } from '../../errors';
import type { MetricData, Statistic } from './metric-data';

const MINUTE_MS = 60_000;
/** CloudWatch retrieves more data points than it evaluates; how many more depends on the period. */
const MORE_POINTS = 2;

type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** A change of an alarm's state; CloudWatch performs the actions of the new one. */
interface Transition {
  /** Milliseconds since 1970. */
  at: number;
  to: AlarmState;
}

/**
 * A metric alarm, evaluated once a minute from its creation on.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
 */
export class Alarm {
  state: AlarmState = 'INSUFFICIENT_DATA';
  readonly transitions: Transition[] = [];
  private isWarm: boolean;
  private evaluatedUntil: number;

  constructor(
    readonly settings: PutMetricAlarmInput,
    private readonly data: MetricData,
    readonly createdAt: number,
  ) {
    this.isWarm = settings.WarmUpConfiguration === undefined;
    this.evaluatedUntil = createdAt;
  }

  /** Evaluates all minutes until `now`. Data of the past does not change any more, so this may come late. */
  settle(now: number): void {
    if (this.settings.Metrics?.length) throw new SimulatorError('Alarms on expressions are not simulated.');
    for (let at = this.evaluatedUntil + MINUTE_MS; at <= now; at += MINUTE_MS) {
      this.evaluatedUntil = at;
      const to = this.evaluate(at);
      if (to === this.state) continue;
      this.state = to;
      this.transitions.push({ at, to });
    }
  }

  private evaluate(at: number): AlarmState {
    const { EvaluationPeriods: periods = 1, TreatMissingData: missing = 'missing' } = this.settings;
    const points = this.points(at, periods + MORE_POINTS);
    if (!this.isWarm) this.isWarm = this.hasWarmedUp(at, points.slice(0, periods));
    if (!this.isWarm) return 'INSUFFICIENT_DATA';
    const found = points.filter((point) => point !== undefined).slice(0, periods);
    if (found.length === 0)
      return { missing: 'INSUFFICIENT_DATA', ignore: this.state, breaching: 'ALARM', notBreaching: 'OK' }[
        missing as 'missing'
      ] as AlarmState;
    const filled = periods - found.length;
    const breaching = found.filter((value) => this.isBreaching(value)).length + (missing === 'breaching' ? filled : 0);
    const evaluated = missing === 'missing' || missing === 'ignore' ? found.length : periods;
    return breaching >= Math.min(this.settings.DatapointsToAlarm ?? periods, evaluated) ? 'ALARM' : 'OK';
  }

  /** The warm-up ends with its time, or as soon as data fills the evaluation window. */
  private hasWarmedUp(at: number, window: (number | undefined)[]): boolean {
    const { WarmUpPeriodDurationInMinutes: minutes = 0, OnlyStartEvaluatingAfterWarmUpPeriodEnds: isWhole } =
      this.settings.WarmUpConfiguration ?? {};
    const isOver = at - this.createdAt >= minutes * MINUTE_MS;
    return isOver || (!isWhole && window.every((point) => point !== undefined));
  }

  /** The data points of the last periods, the newest first. */
  private points(at: number, count: number): (number | undefined)[] {
    const { Namespace = '', MetricName = '', Dimensions = [], Period = 60, Statistic: statistic } = this.settings;
    const dimensions = Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
    const metric = { namespace: Namespace, name: MetricName, dimensions };
    const periodMs = Period * 1000;
    return Array.from({ length: count }, (_, index) => {
      const to = at - index * periodMs;
      return this.data.statistic(metric, statistic as Statistic, to - periodMs, to);
    });
  }

  private isBreaching(value: number): boolean {
    const { ComparisonOperator: operator, Threshold = 0 } = this.settings;
    switch (operator) {
      case 'GreaterThanThreshold':
        return value > Threshold;
      case 'GreaterThanOrEqualToThreshold':
        return value >= Threshold;
      case 'LessThanThreshold':
        return value < Threshold;
      case 'LessThanOrEqualToThreshold':
        return value <= Threshold;
      default:
        throw new SimulatorError(`Alarms that compare with ${operator} are not simulated.`);
    }
  }
}
