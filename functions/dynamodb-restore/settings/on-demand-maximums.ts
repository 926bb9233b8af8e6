import { isDeepStrictEqual } from 'node:util';
import { NO_MAXIMUM, type OnDemandMaximum } from './table-schema';
import type { TableSetting } from './table-setting';
import { update } from './update-table';

const name = 'on-demand maximums';

/** The most that an on-demand table may use. */
export const onDemandMaximums: TableSetting<{ onDemandMaximum?: OnDemandMaximum }> = {
  name,
  read: ({ OnDemandThroughput: onDemandMaximum }) => ({ onDemandMaximum }),
  changes: ({ TableName, wanted: { onDemandMaximum }, now }) =>
    isDeepStrictEqual(onDemandMaximum, now.onDemandMaximum)
      ? []
      : [{ what: name, apply: update(TableName, { OnDemandThroughput: onDemandMaximum ?? NO_MAXIMUM }) }],
  comparable: ({ onDemandMaximum }) => onDemandMaximum,
};
