import {
  ApplicationAutoScalingClient,
  paginateDescribeScalableTargets,
  paginateDescribeScalingPolicies,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import type { TableSettings, Throughput } from './table-settings';

const autoScaling = new ApplicationAutoScalingClient({});
const lambda = new LambdaClient({});

/** Reads every setting of a table. Reads only. Throws ResourceNotFoundException when there is no such table. */
export async function describeSettings(TableName: string): Promise<TableSettings> {
  const { Table = {} } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const { TimeToLiveDescription: ttl } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
  const { ContinuousBackupsDescription: backups } = await dynamodb.send(
    new DescribeContinuousBackupsCommand({ TableName }),
  );
  const pitr = backups?.PointInTimeRecoveryDescription;
  const streamArn = Table.StreamSpecification?.StreamEnabled ? Table.LatestStreamArn : undefined;
  const indexNames = indexesOf(Table).map(({ IndexName = '' }) => IndexName);
  const resourceIds = [`table/${TableName}`, ...indexNames.map((name) => `table/${TableName}/index/${name}`)];
  return {
    ...schemaOf(Table),
    streamViewType: Table.StreamSpecification?.StreamEnabled ? Table.StreamSpecification.StreamViewType : undefined,
    streamArn,
    streamPolicy: streamArn && (await resourcePolicyOf(streamArn)),
    eventSourceMappings: Table.LatestStreamArn ? await mappingsOf(Table.LatestStreamArn) : [],
    ttlAttribute: ['ENABLED', 'ENABLING'].includes(ttl?.TimeToLiveStatus ?? '') ? ttl?.AttributeName : undefined,
    tags: await tagsOf(Table.TableArn ?? ''),
    pointInTimeRecoveryDays:
      pitr?.PointInTimeRecoveryStatus === 'ENABLED' ? (pitr.RecoveryPeriodInDays ?? 35) : undefined,
    isDeletionProtected: Table.DeletionProtectionEnabled ?? false,
    ...(await scalingOf(resourceIds)),
    contributorInsights: await insightsOf(TableName, indexNames),
    kinesisDestinations: await kinesisOf(TableName),
    resourcePolicy: await resourcePolicyOf(Table.TableArn ?? ''),
  };
}

/** Without those that are going. */
function indexesOf({ GlobalSecondaryIndexes = [] }: TableDescription) {
  return GlobalSecondaryIndexes.filter(({ IndexStatus }) => IndexStatus !== 'DELETING');
}

/** The settings that are in DescribeTable itself. */
function schemaOf(table: TableDescription) {
  return {
    tableId: table.TableId ?? '',
    tableArn: table.TableArn ?? '',
    keySchema: table.KeySchema ?? [],
    attributeDefinitions: table.AttributeDefinitions ?? [],
    globalIndexes: indexesOf(table).map((index) => ({
      name: index.IndexName ?? '',
      keySchema: index.KeySchema ?? [],
      projection: index.Projection,
      throughput: throughputOf(index.ProvisionedThroughput),
      onDemandMaximum: index.OnDemandThroughput,
    })),
    localIndexes: (table.LocalSecondaryIndexes ?? []).map((index) => ({
      name: index.IndexName ?? '',
      keySchema: index.KeySchema ?? [],
      projection: index.Projection,
    })),
    billingMode: table.BillingModeSummary?.BillingMode ?? ('PROVISIONED' as const),
    throughput: throughputOf(table.ProvisionedThroughput),
    onDemandMaximum: table.OnDemandThroughput,
    tableClass: table.TableClassSummary?.TableClass ?? 'STANDARD',
    kmsKeyArn: table.SSEDescription?.Status === 'ENABLED' ? table.SSEDescription.KMSMasterKeyArn : undefined,
  };
}

function throughputOf(
  throughput: { ReadCapacityUnits?: number; WriteCapacityUnits?: number } | undefined,
): Throughput | undefined {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = throughput ?? {};
  // On-demand tables are described with zero units.
  return ReadCapacityUnits > 0 ? { ReadCapacityUnits, WriteCapacityUnits } : undefined;
}

/** The event source mappings of a stream, also of one whose table is gone. Reads only. */
export async function mappingsOf(EventSourceArn: string): Promise<TableSettings['eventSourceMappings']> {
  const mappings: TableSettings['eventSourceMappings'] = [];
  for await (const page of paginateListEventSourceMappings({ client: lambda }, { EventSourceArn }))
    mappings.push(...(page.EventSourceMappings ?? []));
  return JSON.parse(JSON.stringify(mappings));
}

async function tagsOf(ResourceArn: string): Promise<Record<string, string>> {
  const tags: Record<string, string> = {};
  let NextToken: string | undefined;
  do {
    const page = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }));
    // Tags that begin with aws: belong to AWS and cannot be set.
    for (const { Key = '', Value = '' } of page.Tags ?? []) if (!Key.startsWith('aws:')) tags[Key] = Value;
    NextToken = page.NextToken;
  } while (NextToken);
  return tags;
}

async function scalingOf(resourceIds: string[]): Promise<Pick<TableSettings, 'scalableTargets' | 'scalingPolicies'>> {
  const found: Pick<TableSettings, 'scalableTargets' | 'scalingPolicies'> = {
    scalableTargets: [],
    scalingPolicies: [],
  };
  const query = { ServiceNamespace: 'dynamodb' as const };
  for await (const page of paginateDescribeScalableTargets(
    { client: autoScaling },
    { ...query, ResourceIds: resourceIds },
  )) {
    found.scalableTargets.push(...(page.ScalableTargets ?? []));
  }
  for (const ResourceId of resourceIds) {
    for await (const page of paginateDescribeScalingPolicies({ client: autoScaling }, { ...query, ResourceId }))
      found.scalingPolicies.push(...(page.ScalingPolicies ?? []));
  }
  return JSON.parse(JSON.stringify(found));
}

async function insightsOf(TableName: string, indexNames: string[]): Promise<TableSettings['contributorInsights']> {
  const enabled: TableSettings['contributorInsights'] = [];
  for (const index of ['', ...indexNames]) {
    const { ContributorInsightsStatus, ContributorInsightsMode: mode } = await dynamodb.send(
      new DescribeContributorInsightsCommand({ TableName, ...(index && { IndexName: index }) }),
    );
    if (['ENABLED', 'ENABLING'].includes(ContributorInsightsStatus ?? '')) enabled.push({ index, mode });
  }
  return enabled;
}

async function kinesisOf(TableName: string): Promise<TableSettings['kinesisDestinations']> {
  const { KinesisDataStreamDestinations = [] } = await dynamodb.send(
    new DescribeKinesisStreamingDestinationCommand({ TableName }),
  );
  return KinesisDataStreamDestinations.filter(({ DestinationStatus }) =>
    ['ACTIVE', 'ENABLING'].includes(DestinationStatus ?? ''),
  ).map(({ StreamArn = '', ApproximateCreationDateTimePrecision: precision }) => ({ streamArn: StreamArn, precision }));
}

async function resourcePolicyOf(ResourceArn: string): Promise<string | undefined> {
  try {
    return (await dynamodb.send(new GetResourcePolicyCommand({ ResourceArn }))).Policy;
  } catch (error) {
    if ((error as Error).name === 'PolicyNotFoundException') return undefined;
    throw error;
  }
}
