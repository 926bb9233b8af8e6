import type { SwapRun } from '../swap/swap-run';
import type { TableSettings } from './table-settings';

/** The indexes that the table had, that the restored data lacks, and that this run has not begun to make again. */
export function missingIndexes(
  { table, indexesBegun = [] }: SwapRun,
  { globalIndexes }: Pick<TableSettings, 'globalIndexes'>,
): TableSettings['globalIndexes'] {
  const known = [...globalIndexes.map(({ name }) => name), ...indexesBegun];
  return (table?.globalIndexes ?? []).filter(({ name }) => !known.includes(name));
}
