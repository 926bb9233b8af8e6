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
import { dynamodb } from '../../shared/clients/dynamodb-control';
import type { TableSettings } from './table-settings';

/** One change that sets one thing of the table as it was. */
export interface SettingChange {
  what: string;
  apply: () => Promise<unknown>;
}

/** A table as it was, and as it is. */
interface Situation {
  TableName: string;
  wanted: TableSettings;
  now: TableSettings;
  /** Mappings of the original's stream. They stay until they are deleted. */
  formerMappings: TableSettings['eventSourceMappings'];
  indexesBeingMade: string[];
}

/** AWS's way to say that there is none (API_OnDemandThroughput). */
const NO_MAXIMUM = { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 };
const autoScaling = new ApplicationAutoScalingClient({});
const lambda = new LambdaClient({});

/**
 * What has to be changed so that a table is set as it was before; empty when it is. Order matters: the stream before its
 * consumers, deletion protection last. The list leaves out what cannot be changed on an existing table (keys, local
 * indexes), and missing indexes with their settings.
 */
export function settingChanges({
  TableName,
  wanted,
  now,
  formerMappings,
  indexesBeingMade,
}: Situation): SettingChange[] {
  const changes: SettingChange[] = [];
  const usable = now.globalIndexes.map(({ name }) => name).filter((name) => !indexesBeingMade.includes(name));
  const hasIndex = (name: string | undefined) => !name || usable.includes(name);
  const add = (isNeeded: boolean, what: string, apply: () => Promise<unknown>) => {
    if (isNeeded) changes.push({ what, apply });
  };
  const update = (fields: Partial<UpdateTableCommandInput>) => () =>
    dynamodb.send(new UpdateTableCommand({ TableName, ...fields }));
  add(
    wanted.kmsKeyArn !== now.kmsKeyArn,
    'encryption key',
    update({
      SSESpecification: wanted.kmsKeyArn
        ? { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: wanted.kmsKeyArn }
        : { Enabled: false },
    }),
  );
  add(wanted.tableClass !== now.tableClass, 'table class', update({ TableClass: wanted.tableClass as 'STANDARD' }));
  add(
    wanted.billingMode !== now.billingMode ||
      (wanted.billingMode === 'PROVISIONED' && !isDeepStrictEqual(wanted.throughput, now.throughput)),
    'billing mode and capacity',
    update({
      BillingMode: wanted.billingMode,
      ...(wanted.billingMode === 'PROVISIONED' && {
        ProvisionedThroughput: wanted.throughput,
        // A table that becomes provisioned needs the capacity of its indexes in the same request.
        ...(now.billingMode !== 'PROVISIONED' && throughputOfAll(wanted, now)),
      }),
    }),
  );
  add(
    !isDeepStrictEqual(wanted.onDemandMaximum, now.onDemandMaximum),
    'on-demand maximums',
    update({ OnDemandThroughput: wanted.onDemandMaximum ?? NO_MAXIMUM }),
  );
  changes.push(...indexChanges(wanted, now, update));
  add(
    wanted.streamViewType !== undefined && wanted.streamViewType !== now.streamViewType,
    'stream',
    update({ StreamSpecification: { StreamEnabled: true, StreamViewType: wanted.streamViewType as 'NEW_IMAGE' } }),
  );
  const { streamArn } = now;
  const streamPolicy = streamArn && wanted.streamPolicy?.replaceAll(wanted.streamArn ?? streamArn, streamArn);
  add(streamPolicy !== undefined && streamPolicy !== now.streamPolicy, 'resource policy of the stream', () =>
    dynamodb.send(new PutResourcePolicyCommand({ ResourceArn: streamArn, Policy: streamPolicy })),
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
  for (const { index, mode } of wanted.contributorInsights) {
    const isThere = now.contributorInsights.some((other) => other.index === index && other.mode === mode);
    add(!isThere && hasIndex(index), `Contributor Insights${index ? ` of ${index}` : ''}`, () =>
      dynamodb.send(
        new UpdateContributorInsightsCommand({
          TableName,
          ...(index && { IndexName: index }),
          ContributorInsightsAction: 'ENABLE',
          ContributorInsightsMode: mode,
        }),
      ),
    );
  }
  for (const { streamArn: StreamArn, precision } of wanted.kinesisDestinations) {
    const isThere = now.kinesisDestinations.some(({ streamArn }) => streamArn === StreamArn);
    add(!isThere, `Kinesis destination ${StreamArn}`, () =>
      dynamodb.send(
        new EnableKinesisStreamingDestinationCommand({
          TableName,
          StreamArn,
          ...(precision && {
            EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
          }),
        }),
      ),
    );
  }
  add(wanted.resourcePolicy !== undefined && wanted.resourcePolicy !== now.resourcePolicy, 'resource policy', () =>
    dynamodb.send(new PutResourcePolicyCommand({ ResourceArn: now.tableArn, Policy: wanted.resourcePolicy })),
  );
  changes.push(
    ...scalingChanges(wanted, now, hasIndex),
    ...consumerChanges(wanted, now),
    ...formerConsumers(wanted, now, formerMappings),
  );
  add(
    wanted.isDeletionProtected && !now.isDeletionProtected,
    'deletion protection',
    update({ DeletionProtectionEnabled: true }),
  );
  return changes;
}

/** Capacities of indexes that both have, and the end of those that the table did not have. One index a request. */
function indexChanges(
  wanted: TableSettings,
  now: TableSettings,
  update: (fields: Partial<UpdateTableCommandInput>) => () => Promise<unknown>,
): SettingChange[] {
  const changes: SettingChange[] = [];
  for (const index of now.globalIndexes) {
    const IndexName = index.name;
    const before = wanted.globalIndexes.find(({ name }) => name === IndexName);
    if (!before) {
      changes.push({
        what: `index ${IndexName}, which the table did not have`,
        apply: update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] }),
      });
    } else if (
      now.billingMode === 'PROVISIONED' &&
      wanted.billingMode === 'PROVISIONED' &&
      !isDeepStrictEqual(before.throughput, index.throughput)
    ) {
      changes.push({
        what: `capacity of the index ${IndexName}`,
        apply: update({
          GlobalSecondaryIndexUpdates: [{ Update: { IndexName, ProvisionedThroughput: before.throughput } }],
        }),
      });
    } else if (!isDeepStrictEqual(before.onDemandMaximum, index.onDemandMaximum)) {
      const OnDemandThroughput = before.onDemandMaximum ?? NO_MAXIMUM;
      changes.push({
        what: `on-demand maximums of the index ${IndexName}`,
        apply: update({ GlobalSecondaryIndexUpdates: [{ Update: { IndexName, OnDemandThroughput } }] }),
      });
    }
  }
  return changes;
}

function throughputOfAll(wanted: TableSettings, now: TableSettings): Partial<UpdateTableCommandInput> {
  if (now.globalIndexes.length === 0) return {};
  return {
    GlobalSecondaryIndexUpdates: now.globalIndexes.map(({ name }) => ({
      Update: {
        IndexName: name,
        ProvisionedThroughput:
          wanted.globalIndexes.find((index) => index.name === name)?.throughput ?? wanted.throughput,
      },
    })),
  };
}

function scalingChanges(
  wanted: TableSettings,
  now: TableSettings,
  hasIndex: (name: string | undefined) => boolean,
): SettingChange[] {
  const changes: SettingChange[] = [];
  const isThere = ({ ResourceId }: { ResourceId: string | undefined }) => hasIndex(ResourceId?.split('/index/')[1]);
  for (const {
    ServiceNamespace,
    ResourceId,
    ScalableDimension,
    MinCapacity,
    MaxCapacity,
    SuspendedState,
  } of wanted.scalableTargets.filter(isThere)) {
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
  for (const policy of wanted.scalingPolicies.filter(isThere)) {
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

/** A new stream has a new ARN, and a mapping cannot be moved: each mapping is replaced by one of the new stream. */
function consumerChanges(wanted: TableSettings, now: TableSettings): SettingChange[] {
  const { streamArn } = now;
  const changes: SettingChange[] = [];
  for (const mapping of wanted.eventSourceMappings) {
    const isThere = now.eventSourceMappings.some(({ FunctionArn }) => FunctionArn === mapping.FunctionArn);
    if (isThere || !streamArn || mapping.EventSourceArn === streamArn) continue;
    changes.push({
      what: `stream consumer ${mapping.FunctionArn}`,
      apply: () =>
        createOnce(
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
            KMSKeyArn: mapping.KMSKeyArn,
            MetricsConfig: mapping.MetricsConfig,
          }),
        ),
    });
  }
  return changes;
}

/** When the SDK repeats a request whose answer was lost, Lambda says that it has such a mapping. */
async function createOnce(command: CreateEventSourceMappingCommand): Promise<void> {
  try {
    await lambda.send(command);
  } catch (error) {
    if ((error as Error).name !== 'ResourceConflictException') throw error;
  }
}

/** Mappings of the deleted stream. Each is removed once its replacement exists. */
function formerConsumers(
  wanted: TableSettings,
  now: TableSettings,
  formerMappings: TableSettings['eventSourceMappings'],
): SettingChange[] {
  const isOurs = ({ UUID }: { UUID?: string }) => wanted.eventSourceMappings.some((mapping) => mapping.UUID === UUID);
  const hasTwin = ({ FunctionArn, UUID }: { FunctionArn?: string; UUID?: string }) =>
    now.eventSourceMappings.some((mapping) => mapping.FunctionArn === FunctionArn && mapping.UUID !== UUID);
  return formerMappings
    .filter((mapping) => mapping.State !== 'Deleting' && isOurs(mapping) && hasTwin(mapping))
    .map(({ UUID, FunctionArn }) => ({
      what: `former stream consumer ${FunctionArn}`,
      apply: () => lambda.send(new DeleteEventSourceMappingCommand({ UUID })),
    }));
}
