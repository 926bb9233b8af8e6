import { isDeepStrictEqual } from 'node:util';
import type { UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Situation, TableSetting } from './table-setting';
import { update } from './update-table';

/** How the table is billed, and its capacity if that is provisioned. */
export const billing: TableSetting<object> = {
  name: 'billing mode and capacity',
  read: () => ({}),
  changes({ TableName, wanted, now }) {
    const { billingMode: BillingMode, throughput: ProvisionedThroughput } = wanted;
    const isProvisioned = BillingMode === 'PROVISIONED';
    const isSame =
      BillingMode === now.billingMode && (!isProvisioned || isDeepStrictEqual(ProvisionedThroughput, now.throughput));
    if (isSame) return [];
    const becomesProvisioned = isProvisioned && now.billingMode !== 'PROVISIONED';
    const apply = update(TableName, {
      BillingMode,
      ...(isProvisioned && { ProvisionedThroughput }),
      ...(becomesProvisioned && throughputOfIndexes(wanted, now)),
    });
    return [{ what: 'billing mode and capacity', apply }];
  },
  comparable: ({ billingMode, throughput }) => [billingMode, throughput],
};

/** A table that becomes provisioned needs the capacity of its indexes in the same request. */
function throughputOfIndexes(
  wanted: Situation<object>['wanted'],
  now: Situation<object>['now'],
): Pick<UpdateTableCommandInput, 'GlobalSecondaryIndexUpdates'> {
  if (now.globalIndexes.length === 0) return {};
  const throughputOf = (IndexName: string) =>
    wanted.globalIndexes.find(({ name }) => name === IndexName)?.throughput ?? wanted.throughput;
  return {
    GlobalSecondaryIndexUpdates: now.globalIndexes.map(({ name: IndexName }) => ({
      Update: { IndexName, ProvisionedThroughput: throughputOf(IndexName) },
    })),
  };
}
