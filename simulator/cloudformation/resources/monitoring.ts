import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { MetricFilterSettings } from '../../services/cloudwatch/metric-filter';
import type { JsonObject } from '../template';
import type { ResourceContext, ResourceType } from './resource-type';

/** Alarms and metric filters: CloudWatch evaluates them when they are looked at. */
export const monitoringTypes: Record<string, ResourceType> = {
  'AWS::CloudWatch::Alarm': {
    properties: [
      'AlarmName',
      'AlarmDescription',
      'ThresholdMetricId',
      'AlarmActions',
      'OKActions',
      'InsufficientDataActions',
      'ActionsEnabled',
      'ComparisonOperator',
      'DatapointsToAlarm',
      'Dimensions',
      'EvaluationPeriods',
      'ExtendedStatistic',
      'MetricName',
      'Metrics',
      'Namespace',
      'Period',
      'Statistic',
      'Tags',
      'Threshold',
      'TreatMissingData',
      'Unit',
      'WarmUpConfiguration',
    ],
    create(context, properties) {
      const name = context.name(properties.AlarmName, 255);
      return { physicalId: name, attributes: putAlarm(context, name, properties) };
    },
    update(context, properties, { physicalId }) {
      return { physicalId, attributes: putAlarm(context, physicalId, properties) };
    },
    remove({ region }, { physicalId }) {
      region.cloudWatch.removeAlarm(physicalId);
    },
  },
  'AWS::Logs::MetricFilter': {
    properties: ['FilterName', 'LogGroupName', 'FilterPattern', 'MetricTransformations'],
    create(context, properties) {
      const name = context.name(properties.FilterName, 512);
      context.region.cloudWatch.putMetricFilter(name, properties as unknown as MetricFilterSettings);
      return { physicalId: name, attributes: {} };
    },
    update({ region }, properties, existing) {
      region.cloudWatch.putMetricFilter(existing.physicalId, properties as unknown as MetricFilterSettings);
      return existing;
    },
    remove({ region }, { physicalId }) {
      region.cloudWatch.removeMetricFilter(physicalId);
    },
  },
};

function putAlarm({ region }: ResourceContext, name: string, properties: JsonObject): Record<string, string> {
  const number = (key: string) => (properties[key] === undefined ? {} : { [key]: Number(properties[key]) });
  const settings = {
    ...properties,
    ...number('EvaluationPeriods'),
    ...number('DatapointsToAlarm'),
    ...number('Period'),
    ...number('Threshold'),
  };
  region.cloudWatch.putAlarm(name, settings as unknown as PutMetricAlarmInput);
  return { Arn: region.arn('cloudwatch', `alarm:${name}`) };
}
