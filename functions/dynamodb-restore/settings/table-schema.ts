import type { TableDescription } from '@aws-sdk/client-dynamodb';

interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}

export interface OnDemandMaximum {
  MaxReadRequestUnits?: number;
  MaxWriteRequestUnits?: number;
}

/** Ids, keys, indexes and capacity: what several settings need to know. Plain JSON. */
export interface TableSchema {
  tableId: string;
  tableArn: string;
  keySchema: NonNullable<TableDescription['KeySchema']>;
  attributeDefinitions: NonNullable<TableDescription['AttributeDefinitions']>;
  globalIndexes: {
    name: string;
    keySchema: NonNullable<TableDescription['KeySchema']>;
    projection: unknown;
    throughput?: Throughput;
    onDemandMaximum?: OnDemandMaximum;
  }[];
  localIndexes: { name: string; keySchema: NonNullable<TableDescription['KeySchema']>; projection: unknown }[];
  billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  throughput?: Throughput;
  /** The stream that is on. */
  streamArn?: string;
}

/** AWS's way to say that there is no maximum. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html */
export const NO_MAXIMUM = { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 };

/** The schema in DescribeTable's answer, without indexes that are being deleted. */
export function schemaOf(table: TableDescription): TableSchema {
  const globalIndexes = (table.GlobalSecondaryIndexes ?? []).filter(({ IndexStatus }) => IndexStatus !== 'DELETING');
  return {
    tableId: table.TableId ?? '',
    tableArn: table.TableArn ?? '',
    keySchema: table.KeySchema ?? [],
    attributeDefinitions: table.AttributeDefinitions ?? [],
    globalIndexes: globalIndexes.map((index) => ({
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
    billingMode: table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
    throughput: throughputOf(table.ProvisionedThroughput),
    streamArn: table.StreamSpecification?.StreamEnabled ? table.LatestStreamArn : undefined,
  };
}

/** On-demand tables are described with zero units. */
function throughputOf(
  throughput: { ReadCapacityUnits?: number; WriteCapacityUnits?: number } | undefined,
): Throughput | undefined {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = throughput ?? {};
  return ReadCapacityUnits > 0 ? { ReadCapacityUnits, WriteCapacityUnits } : undefined;
}
