import type { CreateTableInput, CreateTableOutput } from '@aws-sdk/client-dynamodb';
import { AwsError, SimulatorError } from '../../errors';
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
  remove({ region }, { physicalId }) {
    // It may have been taken off by hand.
    if (region.dynamodb.tables.get(physicalId)?.settings.DeletionProtectionEnabled)
      throw new AwsError(
        'ValidationException',
        `Resource cannot be deleted as it is currently protected: ${physicalId}`,
      );
    region.dynamodb.tables.delete(physicalId);
  },
  /**
   * Only the encryption, the protection from deletion, and one further index: keys would replace the table, and neither can an index be changed under
   * its name nor two be added at once
   * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html).
   */
  async update(context, properties, existing) {
    const isChanged = (name: string) => JSON.stringify(properties[name]) !== JSON.stringify(existing.properties[name]);
    const updatable = [
      'DeletionProtectionEnabled',
      'SSESpecification',
      'GlobalSecondaryIndexes',
      'AttributeDefinitions',
    ];
    const beyond = Object.keys({ ...properties, ...existing.properties }).filter(
      (name) => isChanged(name) && !updatable.includes(name),
    );
    const kept = objects(existing.properties.GlobalSecondaryIndexes).map((index) => JSON.stringify(index));
    const wanted = objects(properties.GlobalSecondaryIndexes);
    const added = wanted.filter((index) => !kept.includes(JSON.stringify(index)));
    const removed = kept.filter((index) => !wanted.some((other) => JSON.stringify(other) === index));
    if (added.length + removed.length > 1)
      throw new AwsError(
        'ValidationException',
        'Cannot perform more than one GSI creation or deletion in a single update',
      );
    if (beyond.length > 0 || wanted.length !== kept.length + added.length)
      throw new SimulatorError(`This update of the table ${context.logicalId} is not simulated.`);
    const TableName = existing.physicalId;
    if (isChanged('SSESpecification')) {
      const SSESpecification = encryption(properties.SSESpecification);
      await context.call(context.region.dynamodb, 'UpdateTable', { TableName, SSESpecification });
      await isActive(context, TableName);
    }
    const DeletionProtectionEnabled = truth(properties.DeletionProtectionEnabled);
    if (DeletionProtectionEnabled !== truth(existing.properties.DeletionProtectionEnabled)) {
      await context.call(context.region.dynamodb, 'UpdateTable', { TableName, DeletionProtectionEnabled });
      await isActive(context, TableName);
    }
    const [Create] = indexes(added) ?? [];
    if (Create) {
      const AttributeDefinitions = objects(properties.AttributeDefinitions);
      const GlobalSecondaryIndexUpdates = [{ Create }];
      await context.call(context.region.dynamodb, 'UpdateTable', {
        TableName,
        AttributeDefinitions,
        GlobalSecondaryIndexUpdates,
      });
      await isActive(context, TableName);
    }
    return existing;
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

/** Resolves when a table is no longer UPDATING, in virtual time. */
async function isActive({ region }: ResourceContext, TableName: string): Promise<void> {
  while (region.dynamodb.DescribeTable({ TableName }).Table?.TableStatus !== 'ACTIVE')
    await region.account.clock.sleep(1);
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
