import { isDeepStrictEqual } from 'node:util';
import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  EnableKinesisStreamingDestinationCommand,
  PutResourcePolicyCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateContributorInsightsCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { dynamodb } from '../shared/clients/dynamodb-control';
import type { TableSettings } from './table-settings';

/** One change that brings a table nearer to what it was. */
export interface SettingChange {
  what: string;
  apply: () => Promise<unknown>;
}

const autoScaling = new ApplicationAutoScalingClient({});
const lambda = new LambdaClient({});

/**
 * What has to be changed so that a table is set as it was before; empty when it is. Order matters: the stream before its
 * consumers, deletion protection last. What cannot be changed on a table that exists (keys, indexes) is not in it.
 */
export function settingChanges(
  TableName: string,
  wanted: TableSettings,
  now: TableSettings,
  streamArn: string | undefined,
): SettingChange[] {
  const changes: SettingChange[] = [];
  const add = (isNeeded: boolean, what: string, apply: () => Promise<unknown>) => {
    if (isNeeded) changes.push({ what, apply });
  };
  const update = (fields: Partial<UpdateTableCommandInput>) => () =>
    dynamodb.send(new UpdateTableCommand({ TableName, ...fields }));
  add(wanted.tableClass !== now.tableClass, 'table class', update({ TableClass: wanted.tableClass as 'STANDARD' }));
  add(
    wanted.billingMode !== now.billingMode ||
      (wanted.billingMode === 'PROVISIONED' && !isDeepStrictEqual(wanted.throughput, now.throughput)),
    'billing mode and capacity',
    update({
      BillingMode: wanted.billingMode,
      ...(wanted.billingMode === 'PROVISIONED' && { ProvisionedThroughput: wanted.throughput }),
    }),
  );
  add(
    !isDeepStrictEqual(wanted.onDemandMaximum, now.onDemandMaximum),
    'on-demand maximums',
    update({ OnDemandThroughput: wanted.onDemandMaximum }),
  );
  add(
    wanted.streamViewType !== undefined && wanted.streamViewType !== now.streamViewType,
    'stream',
    update({ StreamSpecification: { StreamEnabled: true, StreamViewType: wanted.streamViewType as 'NEW_IMAGE' } }),
  );
  add(wanted.ttlAttribute !== undefined && wanted.ttlAttribute !== now.ttlAttribute, 'time to live', () =>
    dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: wanted.ttlAttribute, Enabled: true },
      }),
    ),
  );
  const tags = Object.entries(wanted.tags).filter(([key, value]) => now.tags[key] !== value);
  add(tags.length > 0, 'tags', () =>
    dynamodb.send(
      new TagResourceCommand({ ResourceArn: now.tableArn, Tags: tags.map(([Key, Value]) => ({ Key, Value })) }),
    ),
  );
  add(
    wanted.pointInTimeRecoveryDays !== undefined && wanted.pointInTimeRecoveryDays !== now.pointInTimeRecoveryDays,
    'point-in-time recovery',
    () =>
      dynamodb.send(
        new UpdateContinuousBackupsCommand({
          TableName,
          PointInTimeRecoverySpecification: {
            PointInTimeRecoveryEnabled: true,
            RecoveryPeriodInDays: wanted.pointInTimeRecoveryDays,
          },
        }),
      ),
  );
  for (const name of wanted.contributorInsights.filter((index) => !now.contributorInsights.includes(index))) {
    add(true, `Contributor Insights${name ? ` of ${name}` : ''}`, () =>
      dynamodb.send(
        new UpdateContributorInsightsCommand({
          TableName,
          ...(name && { IndexName: name }),
          ContributorInsightsAction: 'ENABLE',
        }),
      ),
    );
  }
  for (const StreamArn of wanted.kinesisStreamArns.filter((arn) => !now.kinesisStreamArns.includes(arn))) {
    add(true, `Kinesis destination ${StreamArn}`, () =>
      dynamodb.send(new EnableKinesisStreamingDestinationCommand({ TableName, StreamArn })),
    );
  }
  add(wanted.resourcePolicy !== undefined && wanted.resourcePolicy !== now.resourcePolicy, 'resource policy', () =>
    dynamodb.send(new PutResourcePolicyCommand({ ResourceArn: now.tableArn, Policy: wanted.resourcePolicy })),
  );
  changes.push(...scalingChanges(wanted, now), ...consumerChanges(wanted, now, streamArn));
  add(
    wanted.isDeletionProtected && !now.isDeletionProtected,
    'deletion protection',
    update({ DeletionProtectionEnabled: true }),
  );
  return changes;
}

function scalingChanges(wanted: TableSettings, now: TableSettings): SettingChange[] {
  const changes: SettingChange[] = [];
  for (const {
    ServiceNamespace,
    ResourceId,
    ScalableDimension,
    MinCapacity,
    MaxCapacity,
    SuspendedState,
  } of wanted.scalableTargets) {
    if (
      now.scalableTargets.some(
        (target) => target.ResourceId === ResourceId && target.ScalableDimension === ScalableDimension,
      )
    )
      continue;
    changes.push({
      what: `auto scaling target ${ScalableDimension} of ${ResourceId}`,
      apply: () =>
        autoScaling.send(
          new RegisterScalableTargetCommand({
            ServiceNamespace,
            ResourceId,
            ScalableDimension,
            MinCapacity,
            MaxCapacity,
            SuspendedState,
          }),
        ),
    });
  }
  for (const policy of wanted.scalingPolicies) {
    const {
      ServiceNamespace,
      ResourceId,
      ScalableDimension,
      PolicyName,
      PolicyType,
      TargetTrackingScalingPolicyConfiguration,
    } = policy;
    if (
      now.scalingPolicies.some(
        (other) =>
          other.PolicyName === PolicyName &&
          other.ResourceId === ResourceId &&
          other.ScalableDimension === ScalableDimension,
      )
    )
      continue;
    changes.push({
      what: `auto scaling policy ${PolicyName}`,
      apply: () =>
        autoScaling.send(
          new PutScalingPolicyCommand({
            ServiceNamespace,
            ResourceId,
            ScalableDimension,
            PolicyName,
            PolicyType,
            TargetTrackingScalingPolicyConfiguration,
          }),
        ),
    });
  }
  return changes;
}

/** A new stream has a new ARN, and a mapping cannot be moved: each gets a twin on the new stream and gives way to it. */
function consumerChanges(wanted: TableSettings, now: TableSettings, streamArn: string | undefined): SettingChange[] {
  const changes: SettingChange[] = [];
  for (const mapping of wanted.eventSourceMappings) {
    const isThere = now.eventSourceMappings.some(({ FunctionArn }) => FunctionArn === mapping.FunctionArn);
    if (isThere || !streamArn || mapping.EventSourceArn === streamArn) continue;
    changes.push({
      what: `stream consumer ${mapping.FunctionArn}`,
      apply: async () => {
        await lambda.send(
          new CreateEventSourceMappingCommand({
            FunctionName: mapping.FunctionArn,
            EventSourceArn: streamArn,
            Enabled: mapping.State !== 'Disabled',
            // The stream is new: there is nothing before this that a consumer could miss or see twice.
            StartingPosition: 'TRIM_HORIZON',
            BatchSize: mapping.BatchSize,
            MaximumBatchingWindowInSeconds: mapping.MaximumBatchingWindowInSeconds,
            ParallelizationFactor: mapping.ParallelizationFactor,
            FilterCriteria: mapping.FilterCriteria,
            DestinationConfig: mapping.DestinationConfig,
            MaximumRecordAgeInSeconds: mapping.MaximumRecordAgeInSeconds,
            BisectBatchOnFunctionError: mapping.BisectBatchOnFunctionError,
            MaximumRetryAttempts: mapping.MaximumRetryAttempts,
            TumblingWindowInSeconds: mapping.TumblingWindowInSeconds,
            FunctionResponseTypes: mapping.FunctionResponseTypes,
          }),
        );
        await lambda.send(new DeleteEventSourceMappingCommand({ UUID: mapping.UUID }));
      },
    });
  }
  return changes;
}
