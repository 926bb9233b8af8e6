import '../../environment';
import * as autoScaling from '@aws-sdk/client-application-auto-scaling';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as lambda from '@aws-sdk/client-lambda';
import { ALL } from '../../../../../functions/dynamodb-restore/settings/all';
import { differentSettings } from '../../../../../functions/dynamodb-restore/settings/compare-settings';
import { schemaOf } from '../../../../../functions/dynamodb-restore/settings/table-schema';
import type { TableSettings } from '../../../../../functions/dynamodb-restore/settings/table-settings';

/** A member of an answer of AWS: the setting that stands for it, or why there is none. */
type Fate = { setting: (typeof ALL)[number]['name'] } | { derived: string };

const its = (setting: string): Fate => ({ setting });
const derived = (why: string): Fate => ({ derived: why });
const GLOBAL = derived('of a global table, which is refused');
const COUNTED = derived('counted by DynamoDB');
const GIVEN = derived('given by AWS, for each table anew');
const STATE = derived('a state that passes');
const NOT_OF_STREAMS = derived('of other sources than streams of tables');

/** Every answer that tells something about a table, by the schema of the SDK, with each of its members. */
const MEMBERS: Record<string, Record<string, Fate>> = {
  'dynamodb TableDescription': {
    AttributeDefinitions: its('key schema'),
    TableName: derived('the name stays'),
    KeySchema: its('key schema'),
    TableStatus: STATE,
    CreationDateTime: GIVEN,
    ProvisionedThroughput: its('billing mode and capacity'),
    TableSizeBytes: COUNTED,
    ItemCount: COUNTED,
    TableArn: derived('follows from the name'),
    TableId: GIVEN,
    BillingModeSummary: its('billing mode and capacity'),
    LocalSecondaryIndexes: its('local secondary indexes'),
    GlobalSecondaryIndexes: its('global secondary indexes'),
    StreamSpecification: its('stream'),
    LatestStreamLabel: GIVEN,
    LatestStreamArn: GIVEN,
    GlobalTableVersion: GLOBAL,
    Replicas: GLOBAL,
    GlobalTableWitnesses: GLOBAL,
    GlobalTableSettingsReplicationMode: GLOBAL,
    RestoreSummary: derived('says how the table came to be'),
    SSEDescription: its('encryption key'),
    ArchivalSummary: derived('of an archived table, which is refused'),
    TableClassSummary: its('table class'),
    DeletionProtectionEnabled: its('deletion protection'),
    DisassociationProtectionEnabled: GLOBAL,
    OnDemandThroughput: its('on-demand maximums'),
    WarmThroughput: its('warm throughput'),
    MultiRegionConsistency: GLOBAL,
    VectorIndexes: its('vector indexes'),
  },
  'dynamodb GlobalSecondaryIndexDescription': {
    IndexName: its('global secondary indexes'),
    KeySchema: its('global secondary indexes'),
    Projection: its('global secondary indexes'),
    IndexStatus: STATE,
    Backfilling: STATE,
    ProvisionedThroughput: its('global secondary indexes'),
    IndexSizeBytes: COUNTED,
    ItemCount: COUNTED,
    IndexArn: derived('follows from the name'),
    OnDemandThroughput: its('global secondary indexes'),
    WarmThroughput: its('warm throughput'),
  },
  'dynamodb LocalSecondaryIndexDescription': {
    IndexName: its('local secondary indexes'),
    KeySchema: its('local secondary indexes'),
    Projection: its('local secondary indexes'),
    IndexSizeBytes: COUNTED,
    ItemCount: COUNTED,
    IndexArn: derived('follows from the name'),
  },
  'dynamodb VectorIndexDescription': {
    IndexName: its('vector indexes'),
    SearchSchema: its('vector indexes'),
    Projection: its('vector indexes'),
    VectorAttribute: its('vector indexes'),
    Dimensions: its('vector indexes'),
    DistanceFunction: its('vector indexes'),
    IndexStatus: STATE,
    Backfilling: STATE,
    IndexSizeBytes: COUNTED,
    ItemCount: COUNTED,
    IndexArn: derived('follows from the name'),
  },
  'dynamodb SSEDescription': {
    Status: its('encryption key'),
    SSEType: derived('KMS is the only type that is left'),
    KMSMasterKeyArn: its('encryption key'),
    InaccessibleEncryptionDateTime: STATE,
  },
  'dynamodb PointInTimeRecoveryDescription': {
    PointInTimeRecoveryStatus: its('point-in-time recovery'),
    RecoveryPeriodInDays: its('point-in-time recovery'),
    EarliestRestorableDateTime: derived('begins anew'),
    LatestRestorableDateTime: derived('begins anew'),
  },
  'dynamodb TimeToLiveDescription': { TimeToLiveStatus: its('time to live'), AttributeName: its('time to live') },
  'dynamodb KinesisDataStreamDestination': {
    StreamArn: its('Kinesis destination'),
    DestinationStatus: STATE,
    DestinationStatusDescription: STATE,
    ApproximateCreationDateTimePrecision: its('Kinesis destination'),
  },
  'dynamodb DescribeContributorInsightsOutput': {
    TableName: derived('the name stays'),
    IndexName: its('Contributor Insights'),
    ContributorInsightsRuleList: GIVEN,
    ContributorInsightsStatus: its('Contributor Insights'),
    LastUpdateDateTime: GIVEN,
    FailureException: STATE,
    ContributorInsightsMode: its('Contributor Insights'),
  },
  'dynamodb GetResourcePolicyOutput': { Policy: its('resource policy'), RevisionId: GIVEN },
  'applicationAutoScaling ScalableTarget': {
    ServiceNamespace: derived('always dynamodb'),
    ResourceId: its('auto scaling target'),
    ScalableDimension: its('auto scaling target'),
    MinCapacity: its('auto scaling target'),
    MaxCapacity: its('auto scaling target'),
    RoleARN: derived('the service-linked role'),
    CreationTime: GIVEN,
    PredictedCapacity: derived('of predictive scaling, which DynamoDB has not'),
    SuspendedState: its('auto scaling target'),
    ScalableTargetARN: GIVEN,
  },
  'applicationAutoScaling ScalingPolicy': {
    PolicyARN: GIVEN,
    PolicyName: its('auto scaling policy'),
    ServiceNamespace: derived('always dynamodb'),
    ResourceId: its('auto scaling policy'),
    ScalableDimension: its('auto scaling policy'),
    PolicyType: its('auto scaling policy'),
    CreationTime: GIVEN,
    StepScalingPolicyConfiguration: its('auto scaling policy'),
    TargetTrackingScalingPolicyConfiguration: its('auto scaling policy'),
    PredictiveScalingPolicyConfiguration: its('auto scaling policy'),
    Alarms: derived('made with the policy'),
  },
  'lambda ListTagsResponse': { Tags: its('tags of stream consumers') },
  'lambda EventSourceMappingConfiguration': {
    UUID: GIVEN,
    StartingPosition: derived('the stream is new'),
    StartingPositionTimestamp: derived('the stream is new'),
    BatchSize: its('stream consumer'),
    MaximumBatchingWindowInSeconds: its('stream consumer'),
    ParallelizationFactor: its('stream consumer'),
    EventSourceArn: derived('the stream is new'),
    FilterCriteria: its('stream consumer'),
    FilterCriteriaError: STATE,
    KMSKeyArn: its('stream consumer'),
    MetricsConfig: its('stream consumer'),
    LoggingConfig: its('stream consumer'),
    ScalingConfig: its('stream consumer'),
    FunctionArn: its('stream consumer'),
    LastModified: GIVEN,
    LastProcessingResult: STATE,
    State: its('stream consumer'),
    StateTransitionReason: STATE,
    DestinationConfig: its('stream consumer'),
    Topics: NOT_OF_STREAMS,
    Queues: NOT_OF_STREAMS,
    SourceAccessConfigurations: NOT_OF_STREAMS,
    SelfManagedEventSource: NOT_OF_STREAMS,
    MaximumRecordAgeInSeconds: its('stream consumer'),
    BisectBatchOnFunctionError: its('stream consumer'),
    MaximumRetryAttempts: its('stream consumer'),
    TumblingWindowInSeconds: its('stream consumer'),
    FunctionResponseTypes: its('stream consumer'),
    AmazonManagedKafkaEventSourceConfig: NOT_OF_STREAMS,
    SelfManagedKafkaEventSourceConfig: NOT_OF_STREAMS,
    DocumentDBEventSourceConfig: NOT_OF_STREAMS,
    EventSourceMappingArn: GIVEN,
    ProvisionedPollerConfig: its('stream consumer'),
  },
};

const SDK: Record<string, object> = { dynamodb, applicationAutoScaling: autoScaling, lambda };

/** The members of a structure, as the SDK's schema has them: `[…, …, name, traits, members, …]`. */
function membersOf(what: string): string[] {
  const [service = '', structure] = what.split(' ');
  const schema = (SDK[service] as Record<string, unknown[]>)[`${structure}$`];
  return schema?.[4] as string[];
}

describe.each(Object.keys(MEMBERS))('Every member of the answer %s', (what) => {
  it('is put back, derived or named as lost', () => {
    expect(Object.keys(MEMBERS[what] ?? {}).sort()).toEqual([...membersOf(what)].sort());
  });

  it('belongs to a setting that there is', () => {
    const names = ALL.map(({ name }) => name);
    for (const fate of Object.values(MEMBERS[what] ?? {})) if ('setting' in fate) expect(names).toContain(fate.setting);
  });
});

const byName = {
  IndexName: 'ByName',
  KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' as const }],
  Projection: { ProjectionType: 'KEYS_ONLY' as const },
};
const units = (ReadCapacityUnits: number) => ({ ReadCapacityUnits, WriteCapacityUnits: 1 });

/** Members of DescribeTable's answer with a value that the other table lacks. */
const CHANGED: dynamodb.TableDescription[] = [
  { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] },
  { ProvisionedThroughput: units(5) },
  { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } },
  { LocalSecondaryIndexes: [byName] },
  { GlobalSecondaryIndexes: [byName] },
  { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } },
  { SSEDescription: { Status: 'ENABLED', KMSMasterKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1' } },
  { TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' } },
  { DeletionProtectionEnabled: true },
  { OnDemandThroughput: { MaxReadRequestUnits: 5 } },
  { WarmThroughput: { ReadUnitsPerSecond: 50_000, WriteUnitsPerSecond: 20_000 } },
  { VectorIndexes: [{ IndexName: 'ByMeaning', Dimensions: 3 }] },
];

const FROM_TABLE = [
  'key schema',
  'local secondary indexes',
  'vector indexes',
  'encryption key',
  'table class',
  'billing mode and capacity',
  'on-demand maximums',
  'global secondary indexes',
  'warm throughput',
  'stream',
  'deletion protection',
];

/** What the settings that come from DescribeTable alone make of its answer. */
async function settingsOf(table: dynamodb.TableDescription): Promise<TableSettings> {
  const settings: object = schemaOf(table);
  for (const setting of ALL)
    if (FROM_TABLE.includes(setting.name)) Object.assign(settings, await setting.read(table, 'Orders'));
  return {
    tags: {},
    contributorInsights: [],
    kinesisDestinations: [],
    scalableTargets: [],
    scalingPolicies: [],
    eventSourceMappings: [],
    ...settings,
  } as unknown as TableSettings;
}

it.each(CHANGED.map((table) => [Object.keys(table)[0] as string, table] as const))(
  'A loss of %s is named',
  async (member, table) => {
    const lost = differentSettings(await settingsOf(table), await settingsOf({}));
    const fate = MEMBERS['dynamodb TableDescription']?.[member] as { setting: string };
    expect(lost.map(({ setting }) => setting)).toContain(fate.setting);
  },
);

it('A loss of the warm throughput of an index is named, and more than before is no loss', async () => {
  const with_ = (ReadUnitsPerSecond: number) =>
    settingsOf({
      GlobalSecondaryIndexes: [{ ...byName, WarmThroughput: { ReadUnitsPerSecond, WriteUnitsPerSecond: 4000 } }],
    });
  expect(differentSettings(await with_(50_000), await with_(12_000))).toEqual([
    { setting: 'warm throughput', text: expect.stringContaining('ByName had 50000 reads and 4000 writes a second') },
  ]);
  expect(differentSettings(await with_(12_000), await with_(50_000))).toEqual([]);
});
