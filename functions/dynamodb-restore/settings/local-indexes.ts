import { definitionOf } from './index-definition';
import { sorted, type TableSetting } from './table-setting';

/** Local secondary indexes. They cannot be made on a table that exists. */
export const localIndexes: TableSetting<object> = {
  name: 'local secondary indexes',
  read: () => ({}),
  comparable: ({ localIndexes: indexes, attributeDefinitions }) =>
    sorted(indexes.map((index) => ({ name: index.name, ...definitionOf(index, attributeDefinitions) }))),
};
