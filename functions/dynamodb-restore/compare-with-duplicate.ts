import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { countItems, differenceOf, findDifferences, keysOf } from './compare-tables';
import { RestoredNotVerifiedError } from './errors';
import { findTable } from './find-table';
import type { SwapRun } from './swap/swap-run';

const NAMED_KEYS = 5;

/** What a comparison found: `verdict` condemns the table, `remark` does not. Neither: the tables are the same. */
export interface Comparison {
  verdict?: string;
  remark?: string;
}

/**
 * Compares a table that was restored from the duplicate's backup with the duplicate: keys, number of items, size, and a
 * sample of a hundred items. Missing items and items that differ are a verdict. More items are not: an application may
 * write to the table already. Throws when the comparison cannot be made, which says nothing about the table. Reads only.
 */
export async function compareWithDuplicate(run: SwapRun, restored: TableDescription): Promise<Comparison> {
  const { TableName } = run.settings;
  const duplicate = await findTable(run.duplicateName);
  const state = duplicate ? otherOf(duplicate.TableId, run.duplicateTableId) : 'is gone';
  if (!duplicate || state)
    throw new RestoredNotVerifiedError(
      `The duplicate ${run.duplicateName} ${state}, so ${TableName} cannot be compared.`,
    );
  if (keysOf(restored) !== keysOf(duplicate)) return { verdict: 'its keys are not those of the duplicate' };
  const [items, wanted] = [await countItems(TableName), await countItems(run.duplicateName)];
  const { sampled, keys } = await findDifferences(run.duplicateName, TableName, restored.KeySchema ?? []);
  const verdicts = [
    ...(items.isComplete && wanted.isComplete && items.items < wanted.items
      ? [`it has ${items.items} items instead of ${wanted.items}, as the duplicate has`]
      : []),
    ...(keys.length > 0
      ? [
          `${keys.length} of ${sampled} sampled items are missing or differ from the duplicate's: ${keys.slice(0, NAMED_KEYS).join(', ')}`,
        ]
      : []),
  ];
  if (verdicts.length > 0) return { verdict: verdicts.join('; ') };
  const remark = differenceOf(items, wanted);
  return remark ? { remark: `it has ${remark}, as the duplicate has: an application may write to it already` } : {};
}

/** Why a table may not be the one with the recorded id. Runs that began before 2026-11-30 recorded none. */
function otherOf(found: string | undefined, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return undefined;
  if (!found || !wanted) return 'could not be told apart from another table, as DynamoDB showed no id of it';
  return found === wanted ? undefined : 'is another table than the verified one';
}
