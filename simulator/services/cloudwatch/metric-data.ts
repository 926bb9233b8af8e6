const MINUTE_MS = 60_000;

/** Which metric, as alarms and services name it. */
interface MetricName {
  namespace: string;
  name: string;
  dimensions?: Record<string, string>;
}

interface Statistics {
  Sum: number;
  Maximum: number;
  Minimum: number;
  SampleCount: number;
}

export type Statistic = keyof Statistics | 'Average';

/** What services publish about themselves, and what metric filters find in logs: statistics of each minute. */
export class MetricData {
  private readonly minutes = new Map<string, Map<number, Statistics>>();

  /** Publishes one value at a time (milliseconds since 1970). */
  put(metric: MetricName, at: number, value: number): void {
    const key = keyOf(metric);
    const ofMetric = this.minutes.get(key) ?? new Map<number, Statistics>();
    this.minutes.set(key, ofMetric);
    const minute = Math.floor(at / MINUTE_MS);
    const { Sum = 0, Maximum = value, Minimum = value, SampleCount = 0 } = ofMetric.get(minute) ?? {};
    ofMetric.set(minute, {
      Sum: Sum + value,
      Maximum: Math.max(Maximum, value),
      Minimum: Math.min(Minimum, value),
      SampleCount: SampleCount + 1,
    });
  }

  /** The statistic from `from` until before `to` (milliseconds since 1970, whole minutes); undefined without data. */
  statistic(metric: MetricName, statistic: Statistic, from: number, to: number): number | undefined {
    const ofMetric = this.minutes.get(keyOf(metric));
    const found: Statistics[] = [];
    for (let minute = Math.floor(from / MINUTE_MS); ofMetric && minute < Math.floor(to / MINUTE_MS); minute += 1) {
      const statistics = ofMetric.get(minute);
      if (statistics) found.push(statistics);
    }
    if (found.length === 0) return undefined;
    const sum = (name: 'Sum' | 'SampleCount') => found.reduce((total, each) => total + each[name], 0);
    if (statistic === 'Maximum') return Math.max(...found.map(({ Maximum }) => Maximum));
    if (statistic === 'Minimum') return Math.min(...found.map(({ Minimum }) => Minimum));
    return statistic === 'Average' ? sum('Sum') / sum('SampleCount') : sum(statistic);
  }
}

function keyOf({ namespace, name, dimensions = {} }: MetricName): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => a.localeCompare(b))]);
}
