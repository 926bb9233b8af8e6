import type { SwapRun } from '../swap/swap-run';
import { isSameIndex } from './index-definition';
import type { TableSchema } from './table-schema';

/**
 * The indexes that the table had, that the restored data lacks or has otherwise, and that this run has not begun to make
 * again.
 */
export function missingIndexes(
  { table, indexesBegun = [] }: SwapRun,
  now: Pick<TableSchema, 'globalIndexes' | 'attributeDefinitions'>,
): TableSchema['globalIndexes'] {
  const isThere = (index: TableSchema['globalIndexes'][number]) =>
    now.globalIndexes.some(
      (other) =>
        other.name === index.name &&
        isSameIndex(index, table?.attributeDefinitions ?? [], other, now.attributeDefinitions),
    );
  return (table?.globalIndexes ?? []).filter((index) => !indexesBegun.includes(index.name) && !isThere(index));
}
