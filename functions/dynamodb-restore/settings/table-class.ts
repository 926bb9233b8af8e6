import type { TableClass } from '@aws-sdk/client-dynamodb';
import type { TableSetting } from './table-setting';
import { update } from './update-table';

const name = 'table class';

/** Standard or infrequent access. A table that names none is a standard one (API_TableClassSummary). */
export const tableClass: TableSetting<{ tableClass: string }> = {
  name,
  read: ({ TableClassSummary }) => ({ tableClass: TableClassSummary?.TableClass ?? 'STANDARD' }),
  changes: ({ TableName, wanted, now }) =>
    wanted.tableClass === now.tableClass
      ? []
      : [{ what: name, apply: update(TableName, { TableClass: wanted.tableClass as TableClass }) }],
  comparable: (settings) => settings.tableClass,
};
