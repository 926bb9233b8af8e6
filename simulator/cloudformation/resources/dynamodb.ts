import type { CreateTableInput, CreateTableOutput } from '@aws-sdk/client-dynamodb';
import { isObject, type Json, type JsonObject } from '../template';
import { compact, number, objects, type ResourceContext, type ResourceType, text, truth } from './resource-type';

const table: ResourceType = {
  properties: [
    'TableName',
    'AttributeDefinitions',
    'KeySchema',
    'BillingMode',
    'ProvisionedThroughput',
    'GlobalSecondaryIndexes',
    'LocalSecondaryIndexes',
    'TimeToLiveSpecification',
    'PointInTimeRecoverySpecification',
    'DeletionProtectionEnabled',
    'SSESpecification',
    'StreamSpecification',
    'TableClass',
    'Tags',
  ],
  async create(context, properties) {
    const TableName = context.name(properties.TableName, 255);
    const input = compact({
      TableName,
      AttributeDefinitions: objects(properties.AttributeDefinitions),
      KeySchema: objects(properties.KeySchema),
      BillingMode: text(properties.BillingMode) ?? 'PROVISIONED',
      ProvisionedThroughput: throughput(properties.ProvisionedThroughput),
      GlobalSecondaryIndexes: indexes(properties.GlobalSecondaryIndexes),
      LocalSecondaryIndexes: indexes(properties.LocalSecondaryIndexes),
      DeletionProtectionEnabled:
        properties.DeletionProtectionEnabled === undefined ? undefined : truth(properties.DeletionProtectionEnabled),
      SSESpecification: encryption(properties.SSESpecification),
      StreamSpecification: isObject(properties.StreamSpecification)
        ? { StreamEnabled: true, ...properties.StreamSpecification }
        : undefined,
      TableClass: text(properties.TableClass),
      Tags: properties.Tags === undefined ? undefined : objects(properties.Tags),
    }) as unknown as CreateTableInput;
    const created = await createActive(context, input);
    await settings(context, TableName, properties);
    const { TableArn = context.region.arn('dynamodb', `table/${TableName}`), LatestStreamArn } =
      created.TableDescription ?? {};
    return {
      physicalId: TableName,
      attributes: compact({ Arn: TableArn, ...(LatestStreamArn ? { StreamArn: LatestStreamArn } : {}) }),
    };
  },
};

/** The types of Amazon DynamoDB. */
export const dynamodbTypes: Record<string, ResourceType> = { 'AWS::DynamoDB::Table': table };

/** A deployment takes no virtual time, so its tables skip CREATING. */
async function createActive(context: ResourceContext, input: CreateTableInput): Promise<CreateTableOutput> {
  const { durations, tables } = context.region.dynamodb;
  const { createTable } = durations;
  durations.createTable = 0;
  try {
    const created = await context.call<CreateTableOutput>(context.region.dynamodb, 'CreateTable', input);
    const table = tables.get(input.TableName ?? '');
    if (table) {
      table.status = 'ACTIVE';
      table.belongsToStack = true;
    }
    return created;
  } finally {
    durations.createTable = createTable;
  }
}

async function settings(context: ResourceContext, TableName: string, properties: JsonObject): Promise<void> {
  const { dynamodb } = context.region;
  const { TimeToLiveSpecification: ttl, PointInTimeRecoverySpecification: recovery } = properties;
  if (isObject(ttl)) {
    const TimeToLiveSpecification = { AttributeName: text(ttl.AttributeName), Enabled: truth(ttl.Enabled) };
    await context.call(dynamodb, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification });
  }
  if (isObject(recovery)) {
    const PointInTimeRecoverySpecification = compact({
      PointInTimeRecoveryEnabled: truth(recovery.PointInTimeRecoveryEnabled),
      RecoveryPeriodInDays: number(recovery.RecoveryPeriodInDays),
    });
    await context.call(dynamodb, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification });
  }
}

function throughput(value: Json | undefined): object | undefined {
  if (!isObject(value)) return undefined;
  return { ReadCapacityUnits: number(value.ReadCapacityUnits), WriteCapacityUnits: number(value.WriteCapacityUnits) };
}

function indexes(value: Json | undefined): object[] | undefined {
  if (value === undefined) return undefined;
  return objects(value).map((index) =>
    compact({ ...index, ProvisionedThroughput: throughput(index.ProvisionedThroughput) }),
  );
}

function encryption(value: Json | undefined): object | undefined {
  if (!isObject(value)) return undefined;
  return compact({
    Enabled: truth(value.SSEEnabled),
    SSEType: text(value.SSEType),
    KMSMasterKeyId: text(value.KMSMasterKeyId),
  });
}
