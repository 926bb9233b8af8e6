import { type Image, isSameValue, type Value } from './images';

/** A key attribute of a table, as it is described. */
export interface KeyAttribute {
  name: string;
  type: 'S' | 'N' | 'B';
}

/** The key of a table: the partition key, then the sort key if there is one. */
export type TableKey = [KeyAttribute, KeyAttribute?];

/** An entry of the input's `Keys`: a value for each key attribute, or the beginning of the sort key. */
type KeyInput = Record<string, string | number | { BeginsWith: string }>;

/** An entry that was read: `beginsWith` is text, or bytes in base64. */
interface KeySelector {
  partition: Value;
  sort?: Value;
  beginsWith?: string;
}

/** Reads `Keys` by the table's key. Returns every problem at once. */
export function readKeys(keys: KeyInput[], tableKey: TableKey): { selectors: KeySelector[]; problems: string[] } {
  const problems: string[] = [];
  const selectors = keys.flatMap((entry, index) => {
    const found: string[] = [];
    const selector = readEntry(entry, tableKey, `Keys.${index}`, found);
    problems.push(...found);
    return found.length === 0 && selector ? [selector] : [];
  });
  return { selectors, problems };
}

function readEntry(entry: KeyInput, [partition, sort]: TableKey, path: string, problems: string[]) {
  const names = [partition.name, ...(sort ? [sort.name] : [])];
  for (const name of Object.keys(entry))
    if (!names.includes(name))
      problems.push(`${path}.${name}: is no key attribute of the table; it has ${names.join(' and ')}`);
  for (const name of names) if (entry[name] === undefined) problems.push(`${path}.${name}: is missing`);
  if (problems.length > 0) return undefined;
  const partitionValue = readValue(entry[partition.name], partition, `${path}.${partition.name}`, problems);
  if (!sort) return partitionValue && { partition: partitionValue };
  const given = entry[sort.name];
  if (typeof given !== 'object') {
    const sortValue = readValue(given, sort, `${path}.${sort.name}`, problems);
    return partitionValue && sortValue && { partition: partitionValue, sort: sortValue };
  }
  if (sort.type === 'N') problems.push(`${path}.${sort.name}: is a number, which has no beginning`);
  return partitionValue && { partition: partitionValue, beginsWith: given.BeginsWith };
}

function readValue(
  given: KeyInput[string] | undefined,
  { type, name }: KeyAttribute,
  path: string,
  problems: string[],
) {
  if (typeof given === 'object') {
    problems.push(`${path}: only the sort key may be given by its beginning, and ${name} is the partition key`);
    return undefined;
  }
  const text = String(given);
  if (typeof given === 'number' && !isExact(given)) {
    problems.push(`${path}: has more digits than JSON numbers keep; give it as text`);
    return undefined;
  }
  const isRight = {
    S: typeof given === 'string' && text !== '',
    N: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text),
    B: typeof given === 'string' && text !== '' && Buffer.from(text, 'base64').toString('base64') === text,
  }[type];
  if (isRight) return { [type]: text };
  problems.push(
    `${path}: must be ${{ S: 'text', N: 'a number', B: 'bytes in base64' }[type]}, as the key of the table is`,
  );
  return undefined;
}

/** A JSON number of more digits was rounded when the input was read, and would name another item. */
function isExact(given: number): boolean {
  return Number.isSafeInteger(given) || String(given).replace(/e.*|\D/g, '').length <= 15;
}

/** Whether any of the selectors means the item of this key. */
export function isSelected(selectors: KeySelector[], keys: Image, [partition, sort]: TableKey): boolean {
  const sortValue = sort && keys[sort.name];
  return selectors.some((selector) => {
    if (!isSameValue(keys[partition.name], selector.partition)) return false;
    if (selector.beginsWith === undefined) return isSameValue(sortValue, selector.sort);
    return beginsWith(sortValue, selector.beginsWith);
  });
}

function beginsWith(value: Value | undefined, beginning: string): boolean {
  if (typeof value?.S === 'string') return value.S.startsWith(beginning);
  if (typeof value?.B !== 'string') return false;
  const [bytes, first] = [Buffer.from(value.B, 'base64'), Buffer.from(beginning, 'base64')];
  return bytes.subarray(0, first.length).equals(first);
}
