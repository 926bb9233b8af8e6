import {
  countItems,
  differenceOf,
  findDifferences,
  type ItemCount,
  type Sample,
} from '../../shared/tables/compare-tables';

/**
 * What was written to a duplicate since it was verified, in words, as far as its count, its size and the sample of then
 * show it. The duplicate is a table that everybody with the right may write to. Reads only.
 */
export async function changesOf(
  duplicateName: string,
  then: { items?: ItemCount; sample?: Sample },
): Promise<string | undefined> {
  const difference = then.items && differenceOf(await countItems(duplicateName), then.items);
  const { sampled, missing, changed } = await findDifferences(then.sample ?? [], duplicateName);
  const others = missing.length + changed.length;
  const found = [...(difference ? [difference] : []), ...(others > 0 ? [`${others} of ${sampled} sampled items`] : [])];
  return found.length > 0 ? found.join(', ') : undefined;
}
