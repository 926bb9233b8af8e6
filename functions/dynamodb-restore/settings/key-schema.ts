import { keysOf } from '../../shared/tables/compare-tables';
import type { TableSetting } from './table-setting';

/** The keys. They cannot be changed on a table that exists. */
export const keySchema: TableSetting<object> = {
  name: 'key schema',
  read: () => ({}),
  comparable: ({ keySchema: KeySchema, attributeDefinitions: AttributeDefinitions }) =>
    keysOf({ KeySchema, AttributeDefinitions }),
};
