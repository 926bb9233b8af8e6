import { isDeepStrictEqual } from 'node:util';
import { definitionOf, isSameIndex } from './index-definition';
import { NO_MAXIMUM } from './table-schema';
import { type SettingChange, type Situation, sorted, type TableSetting } from './table-setting';
import { update } from './update-table';

/**
 * Global secondary indexes: their capacity, and the end of those that the table did not have. One index a request.
 * Missing indexes are made by `make-index.ts`, because that can take hours.
 */
export const globalIndexes: TableSetting<object> = {
  name: 'global secondary indexes',
  read: () => ({}),
  changes: (situation) => situation.now.globalIndexes.flatMap((index) => changesOf(index, situation)),
  comparable: ({ globalIndexes: indexes, attributeDefinitions }) =>
    sorted(
      indexes.map(({ name, throughput, onDemandMaximum, ...index }) => ({
        name,
        ...definitionOf(index, attributeDefinitions),
        throughput,
        onDemandMaximum,
      })),
    ),
};

type Index = Situation<object>['now']['globalIndexes'][number];

function changesOf(index: Index, situation: Situation<object>): SettingChange[] {
  const { TableName, wanted, now, indexesBeingMade } = situation;
  const IndexName = index.name;
  const before = wanted.globalIndexes.find(({ name }) => name === IndexName);
  const change = (what: string, fields: object): SettingChange[] => [
    { what, apply: update(TableName, { GlobalSecondaryIndexUpdates: [fields] }) },
  ];
  if (!before) return change(`index ${IndexName}, which the table did not have`, { Delete: { IndexName } });
  // DynamoDB cannot change an index: it is removed, and made again like a missing one.
  if (!isSameIndex(before, wanted.attributeDefinitions, index, now.attributeDefinitions))
    return indexesBeingMade.includes(IndexName)
      ? []
      : change(`index ${IndexName}, which had another definition`, { Delete: { IndexName } });
  const isProvisioned = now.billingMode === 'PROVISIONED' && wanted.billingMode === 'PROVISIONED';
  if (isProvisioned && !isDeepStrictEqual(before.throughput, index.throughput))
    return change(`capacity of the index ${IndexName}`, {
      Update: { IndexName, ProvisionedThroughput: before.throughput },
    });
  if (isDeepStrictEqual(before.onDemandMaximum, index.onDemandMaximum)) return [];
  return change(`on-demand maximums of the index ${IndexName}`, {
    Update: { IndexName, OnDemandThroughput: before.onDemandMaximum ?? NO_MAXIMUM },
  });
}
