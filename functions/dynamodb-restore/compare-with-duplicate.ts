import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { countItems, differenceOf, findDifferences, keysOf, sampleOf } from '../shared/tables/compare-tables';
import { RestoredNotVerifiedError } from './errors';
import { findTable } from './find-table';
import type { SwapRun } from './swap/swap-run';

const NAMED_KEYS = 5;

/** What a comparison found: `verdict` condemns the table, `remark` does not. Neither: the tables are the same. */
export interface Comparison {
  verdict?: string;
  remark?: string;
  /** Items differ that an application may have changed since: the duplicate stays, so that a person can look. */
  isDoubtful?: boolean;
}

/**
 * Compares a table that was restored from the duplicate's backup with the duplicate as it was when it was verified: keys,
 * number of items, size, and a sample of a hundred items. What was written to the duplicate since is not in its backup,
 * so it condemns nothing. Missing items are a verdict, and a sample that differs in more than half of its items. More
 * items, or some that differ, are not: an application may write to the table already. Throws when the comparison cannot be made, which says nothing about the table. Reads only.
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
  // Runs that began before 2026-12-01 recorded no sample.
  const verified = run.duplicateSample ?? (await sampleOf(run.duplicateName, restored.KeySchema ?? []));
  const recorded = run.duplicateSample && run.duplicateItems;
  const [items, wanted] = [await countItems(TableName), recorded ?? (await countItems(run.duplicateName))];
  const { sampled, missing, changed } = await findDifferences(verified, TableName);
  const isMostlyOther = changed.length > 0 && changed.length * 2 > sampled;
  const others = [...missing, ...(isMostlyOther ? changed : [])];
  const verdicts = [
    ...(items.isComplete && wanted.isComplete && items.items < wanted.items
      ? [`it has ${items.items} items instead of ${wanted.items}, as the duplicate has`]
      : []),
    ...(others.length > 0
      ? [`${others.length} of ${sampled} sampled items are missing or differ from the duplicate's: ${named(others)}`]
      : []),
  ];
  if (verdicts.length > 0) return { verdict: verdicts.join('; ') };
  const difference = differenceOf(items, wanted);
  const remarks = [
    ...(difference ? [`it has ${difference}, as the duplicate has`] : []),
    ...(changed.length > 0
      ? [`${changed.length} of ${sampled} sampled items differ from the duplicate's: ${named(changed)}`]
      : []),
  ];
  if (remarks.length === 0) return {};
  return {
    remark: `${remarks.join('; ')}: an application may write to it already`,
    ...(changed.length > 0 && { isDoubtful: true }),
  };
}

function named(keys: string[]): string {
  return keys.slice(0, NAMED_KEYS).join(', ');
}

/** Why a table may not be the one with the recorded id. Runs that began before 2026-11-30 recorded none. */
function otherOf(found: string | undefined, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return undefined;
  if (!found || !wanted) return 'could not be told apart from another table, as DynamoDB showed no id of it';
  return found === wanted ? undefined : 'is another table than the verified one';
}
