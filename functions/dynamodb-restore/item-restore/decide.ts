import type { Change } from './changes';
import { differingNames, type Image, isSameImage, isSameValue } from './images';
import type { Entry, Listed, Reason } from './journal';
import { MOST_ATTRIBUTES } from './write';

export type OnConflict = 'Skip' | 'Overwrite' | 'Merge' | 'Fail';

export type Decision = { kind: 'write'; entry: Entry } | { kind: 'as it was' } | { kind: 'listed'; listed: Listed };

export interface DecisionRules {
  onConflict: OnConflict;
  /** The attribute of time to live, if it is on. */
  ttlAttribute?: string;
  nowSeconds: number;
  restoreExpired: boolean;
}

/** What to do about one selected item, of which `now` was read after the window. */
export function decide(change: Change, now: Image | undefined, rules: DecisionRules): Decision {
  const { keys, old, new: next } = change;
  if (isSameImage(now, old)) return { kind: 'as it was' };
  const isConflict = !isSameImage(now, next);
  const list = (reason: Reason): Decision => ({
    kind: 'listed',
    listed: { keys, reason, ...(old && { old }), ...(next && { new: next }), ...(now && { now }) },
  });
  if (isConflict && (rules.onConflict === 'Skip' || rules.onConflict === 'Fail'))
    return list('written after the window');
  const after = isConflict && rules.onConflict === 'Merge' ? merged(old, next, now) : { image: old };
  if (!after) return list('written after the window');
  if (isSameImage(now, after.image)) return { kind: 'as it was' };
  if (after.image && !rules.restoreExpired && isExpired(after.image, rules)) return list('expired');
  if (now && attributesInCondition(now, after.image) > MOST_ATTRIBUTES) return list('too many attributes');
  const entry = { keys, ...(now && { before: now }), ...(after.image && { after: after.image }) };
  return { kind: 'write', entry: isConflict ? { ...entry, isConflict: true } : entry };
}

/** A deletion names every attribute, a change those that differ. */
function attributesInCondition(now: Image, wanted: Image | undefined): number {
  return wanted ? differingNames(now, wanted).length : Object.keys(now).length;
}

/**
 * The item with the attributes taken back that the window changed and no later write has changed; undefined when the item
 * was made or deleted, in the window or after it, for then there is nothing to merge.
 */
function merged(old?: Image, next?: Image, now?: Image): { image: Image } | undefined {
  if (!old || !next || !now) return undefined;
  const image = { ...now };
  for (const name of differingNames(old, next)) {
    if (!isSameValue(now[name], next[name])) continue;
    const value = old[name];
    if (value) image[name] = value;
    else delete image[name];
  }
  return { image };
}

/** DynamoDB deletes such an item within days: putting it back is hardly what is wanted. */
function isExpired(image: Image, { ttlAttribute, nowSeconds }: DecisionRules): boolean {
  const expiry = ttlAttribute === undefined ? undefined : image[ttlAttribute]?.N;
  return typeof expiry === 'string' && Number(expiry) <= nowSeconds;
}
