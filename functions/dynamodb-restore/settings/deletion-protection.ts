import type { TableSetting } from './table-setting';
import { update } from './update-table';

const name = 'deletion protection';

/** Whether the table is protected from deletion. Put back last: a protected table cannot be replaced once more. */
export const deletionProtection: TableSetting<{ isDeletionProtected: boolean }> = {
  name,
  read: ({ DeletionProtectionEnabled }) => ({ isDeletionProtected: DeletionProtectionEnabled ?? false }),
  changes: ({ TableName, wanted, now }) =>
    wanted.isDeletionProtected && !now.isDeletionProtected
      ? [{ what: name, apply: update(TableName, { DeletionProtectionEnabled: true }) }]
      : [],
  comparable: ({ isDeletionProtected }) => isDeletionProtected,
};
