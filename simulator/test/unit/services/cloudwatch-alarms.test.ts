import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { Alarm } from '../../../services/cloudwatch/alarm';
import { MetricData } from '../../../services/cloudwatch/metric-data';
import { applyMetricFilter } from '../../../services/cloudwatch/metric-filter';

const MINUTE = 60_000;
const metric = { namespace: 'Test', name: 'Beats' };

function alarmOn(data: MetricData, settings: Partial<PutMetricAlarmInput>, createdAt = 0): Alarm {
  const base = { Namespace: 'Test', MetricName: 'Beats', Statistic: 'Sum', Period: 60, EvaluationPeriods: 3 } as const;
  const all = { ...base, Threshold: 1, ComparisonOperator: 'LessThanThreshold', AlarmName: 'a', ...settings } as const;
  return new Alarm(all, data, createdAt);
}

/** The state after five minutes with these data points, the oldest first: 0 is within the threshold, X breaches, - is missing. */
function stateAfter(points: string, TreatMissingData: string): string {
  const data = new MetricData();
  const alarm = alarmOn(
    data,
    { TreatMissingData, ComparisonOperator: 'GreaterThanThreshold', Threshold: 0 },
    4 * MINUTE,
  );
  points.split(' ').forEach((point, minute) => {
    if (point !== '-') data.put(metric, minute * MINUTE, point === 'X' ? 1 : 0);
  });
  alarm.settle(5 * MINUTE);
  return alarm.state;
}

it.each([
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 'INSUFFICIENT_DATA', 'INSUFFICIENT_DATA', 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', 'ALARM', 'ALARM', 'OK'],
])("evaluates %s as the user guide's table does", (points, missing, ignore, breaching, notBreaching) => {
  expect(stateAfter(points, 'missing')).toBe(missing);
  // The table says that the state is kept, which is not known for `- - X - -` in an alarm that has no state yet.
  if (points !== '- - X - -') expect(stateAfter(points, 'ignore')).toBe(ignore);
  expect(stateAfter(points, 'breaching')).toBe(breaching);
  expect(stateAfter(points, 'notBreaching')).toBe(notBreaching);
});

describe('A warm-up', () => {
  const WarmUpConfiguration = { WarmUpPeriodDurationInMinutes: 30 };

  it('keeps an alarm without data silent until it is over', () => {
    const alarm = alarmOn(new MetricData(), { TreatMissingData: 'breaching', WarmUpConfiguration });
    alarm.settle(60 * MINUTE);
    expect(alarm.transitions).toEqual([{ at: 30 * MINUTE, to: 'ALARM' }]);
  });

  it('ends as soon as data fills the evaluation window', () => {
    const data = new MetricData();
    for (let minute = 2; minute < 6; minute += 1) data.put(metric, minute * MINUTE, 1);
    const alarm = alarmOn(data, { TreatMissingData: 'breaching', WarmUpConfiguration });
    alarm.settle(60 * MINUTE);
    expect(alarm.transitions).toEqual([
      { at: 5 * MINUTE, to: 'OK' },
      { at: 11 * MINUTE, to: 'ALARM' },
    ]);
  });

  it('lasts its whole time where that is asked for', () => {
    const data = new MetricData();
    for (let minute = 0; minute < 60; minute += 1) data.put(metric, minute * MINUTE, 1);
    const whole = { ...WarmUpConfiguration, OnlyStartEvaluatingAfterWarmUpPeriodEnds: true };
    const alarm = alarmOn(data, { TreatMissingData: 'breaching', WarmUpConfiguration: whole });
    alarm.settle(60 * MINUTE);
    expect(alarm.transitions).toEqual([{ at: 30 * MINUTE, to: 'OK' }]);
  });
});

it('publishes what a metric filter finds in a log', () => {
  const data = new MetricData();
  const filter = {
    FilterPattern: '{ $.message = "Looked" && $.seconds = * }',
    MetricTransformations: [{ MetricNamespace: 'Test', MetricName: 'Beats', MetricValue: '$.seconds' }],
  };
  for (const line of [
    'text',
    '{"message":"Looked"}',
    '{"message":"Looked","seconds":7}',
    '{"message":"else","seconds":9}',
  ])
    applyMetricFilter(filter, line, 0, data);
  expect(data.statistic(metric, 'Maximum', 0, MINUTE)).toBe(7);
  expect(data.statistic(metric, 'SampleCount', 0, MINUTE)).toBe(1);
});
