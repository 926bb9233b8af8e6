import type { SourceTableDetails, SourceTableFeatureDetails } from '@aws-sdk/client-dynamodb';
import type { Table, TableSettings } from './table';
import type { Item } from './values';

/** Everything that a backup holds of a table. Items are never changed in place, so a list of them is a copy. */
export interface TableImage {
  settings: TableSettings;
  items: Item[];
  source: SourceTableDetails;
  features: SourceTableFeatureDetails;
}

/** The table as it is now, or with its settings of now and the items of another time. */
export function imageOf(table: Table, items: Item[] = table.items.all()): TableImage {
  const description = table.describe();
  const { settings } = table;
  const { timeToLive } = table;
  return {
    settings: structuredClone(settings),
    items,
    source: {
      TableName: table.name,
      TableId: table.id,
      TableArn: table.arn,
      // As old as those of the table.
      TableSizeBytes: description.TableSizeBytes,
      ItemCount: description.ItemCount,
      KeySchema: description.KeySchema,
      TableCreationDateTime: table.createdAt,
      ProvisionedThroughput: settings.ProvisionedThroughput ?? { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      ...(settings.OnDemandThroughput && { OnDemandThroughput: { ...settings.OnDemandThroughput } }),
      BillingMode: settings.BillingMode,
    },
    features: structuredClone({
      LocalSecondaryIndexes: settings.LocalSecondaryIndexes,
      GlobalSecondaryIndexes: settings.GlobalSecondaryIndexes,
      ...(settings.StreamSpecification && { StreamDescription: settings.StreamSpecification }),
      ...(timeToLive.attributeName !== undefined && {
        TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED' as const, AttributeName: timeToLive.attributeName },
      }),
      ...(description.SSEDescription && { SSEDescription: description.SSEDescription }),
    }),
  };
}
