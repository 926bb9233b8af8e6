import type { GlobalSecondaryIndex, LocalSecondaryIndex, RestoreTableFromBackupInput } from '@aws-sdk/client-dynamodb';
import { invalidParameters, validation } from './errors';
import { keyNames, type TableSettings } from './table';

/** What a restore may change of the settings that come with the data. */
export type Overrides = Pick<
  RestoreTableFromBackupInput,
  | 'BillingModeOverride'
  | 'GlobalSecondaryIndexOverride'
  | 'LocalSecondaryIndexOverride'
  | 'OnDemandThroughputOverride'
  | 'ProvisionedThroughputOverride'
  | 'SSESpecificationOverride'
>;

/**
 * The settings of a restored table. Indexes, billing, capacity and encryption come with the data unless they are
 * overridden; stream, table class, deletion protection and whatever else a table can have do not.
 */
export function restoredSettings(source: TableSettings, name: string, overrides: Overrides): TableSettings {
  const BillingMode = overrides.BillingModeOverride ?? source.BillingMode;
  const onDemand = BillingMode === 'PAY_PER_REQUEST';
  const throughput = overrides.ProvisionedThroughputOverride ?? source.ProvisionedThroughput;
  if (onDemand && overrides.ProvisionedThroughputOverride) {
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (!onDemand && !throughput) {
    throw invalidParameters('ProvisionedThroughput must be specified when BillingMode is PROVISIONED');
  }
  const onDemandThroughput = overrides.OnDemandThroughputOverride ?? source.OnDemandThroughput;
  const globals = globalIndexes(source, overrides, onDemand);
  const locals = overrides.LocalSecondaryIndexOverride ?? source.LocalSecondaryIndexes;
  checkSame(locals, source.LocalSecondaryIndexes);
  const used = new Set(
    [source, ...globals, ...locals].flatMap(({ KeySchema }) => Object.values(keyNames(KeySchema ?? []))),
  );
  const sse = overrides.SSESpecificationOverride ?? source.SSESpecification;
  return structuredClone({
    TableName: name,
    KeySchema: source.KeySchema,
    AttributeDefinitions: source.AttributeDefinitions.filter(({ AttributeName }) => used.has(AttributeName)),
    BillingMode,
    ...(!onDemand && throughput && { ProvisionedThroughput: throughput }),
    ...(onDemand && onDemandThroughput && { OnDemandThroughput: onDemandThroughput }),
    GlobalSecondaryIndexes: globals,
    LocalSecondaryIndexes: locals,
    ...(sse?.Enabled && { SSESpecification: sse }),
    DeletionProtectionEnabled: false,
  });
}

function globalIndexes(source: TableSettings, overrides: Overrides, onDemand: boolean): GlobalSecondaryIndex[] {
  const wanted = overrides.GlobalSecondaryIndexOverride ?? source.GlobalSecondaryIndexes;
  checkSame(wanted, source.GlobalSecondaryIndexes);
  return wanted.map((index) => {
    const { ProvisionedThroughput, OnDemandThroughput, ...rest } = index;
    if (onDemand) return { ...rest, ...(OnDemandThroughput && { OnDemandThroughput }) };
    const own = ProvisionedThroughput ?? sourceThroughput(source, index) ?? overrides.ProvisionedThroughputOverride;
    if (!own) throw invalidParameters(`ProvisionedThroughput must be specified for index: ${index.IndexName}`);
    return { ...rest, ProvisionedThroughput: own };
  });
}

function sourceThroughput({ GlobalSecondaryIndexes }: TableSettings, { IndexName }: GlobalSecondaryIndex) {
  return GlobalSecondaryIndexes.find((index) => index.IndexName === IndexName)?.ProvisionedThroughput;
}

/** Indexes can be left out of a restore, but neither changed nor added. */
function checkSame(wanted: LocalSecondaryIndex[], existing: LocalSecondaryIndex[]): void {
  const textOf = ({ IndexName, KeySchema, Projection }: LocalSecondaryIndex) =>
    JSON.stringify([
      IndexName,
      keyNames(KeySchema ?? []),
      Projection?.ProjectionType,
      [...(Projection?.NonKeyAttributes ?? [])].sort(),
    ]);
  const known = new Set(existing.map(textOf));
  for (const index of wanted) {
    if (!known.has(textOf(index))) {
      throw validation(`The index ${index.IndexName} does not match an index of the source table`);
    }
  }
}
