import { createHash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { beginsWith } from './conditions';
import type { KeyCondition } from './expressions';
import { binaryText, compareText, compareValues, type Item } from './values';

/** Where an item stands in a table or an index. */
export interface Position {
  /** The partition key's value as text. */
  partition: string;
  sort?: AttributeValue;
  /** The primary key in the table, which orders an index's items of equal keys. */
  id: string;
}

interface Entry extends Position {
  item: Item;
}

/** Text that is equal for equal key values. */
export function keyText(value: AttributeValue): string {
  if (value.S !== undefined) return `S${value.S}`;
  return value.N !== undefined ? `N${value.N}` : `B${binaryText(value.B ?? new Uint8Array())}`;
}

/** The items of a table or of one index, by partition key and in the order of the sort key. */
export class Collection {
  private readonly partitions = new Map<string, Entry[]>();
  /** The partitions in the order of a scan: by a hash of the key, as in DynamoDB, so that no code relies on another order. */
  private readonly scanOrder: { hash: number; partition: string }[] = [];

  constructor(
    readonly partitionKey: string,
    readonly sortKey?: string,
  ) {}

  /** Where the item belongs, or undefined when it lacks a key: an index leaves such items out. */
  positionOf(item: Item, id: string): Position | undefined {
    const partition = item[this.partitionKey];
    const sort = this.sortKey === undefined ? undefined : item[this.sortKey];
    if (!partition || (this.sortKey !== undefined && !sort)) return undefined;
    return { partition: keyText(partition), sort, id };
  }

  add(item: Item, id: string): void {
    const position = this.positionOf(item, id);
    if (!position) return;
    let entries = this.partitions.get(position.partition);
    if (!entries) {
      entries = [];
      this.partitions.set(position.partition, entries);
      const place = { hash: hashOf(position.partition), partition: position.partition };
      this.scanOrder.splice(
        firstIndex(this.scanOrder, (other) => comparePlaces(other, place) >= 0),
        0,
        place,
      );
    }
    const index = firstIndex(entries, (entry) => comparePositions(entry, position) >= 0);
    const found = entries[index];
    entries.splice(index, found?.id === id ? 1 : 0, { ...position, item });
  }

  /** Puts the new version of an item where the old one is; false when its keys have changed. */
  replace(old: Item, item: Item, id: string): boolean {
    const before = this.positionOf(old, id);
    const position = this.positionOf(item, id);
    if (!before || !position) return before === position;
    if (before.partition !== position.partition || comparePositions(before, position) !== 0) return false;
    const entries = this.partitions.get(position.partition) ?? [];
    const entry = entries[firstIndex(entries, (other) => comparePositions(other, position) >= 0)];
    if (entry?.id !== id) return false;
    entry.item = item;
    return true;
  }

  remove(item: Item, id: string): void {
    const position = this.positionOf(item, id);
    const entries = position && this.partitions.get(position.partition);
    if (!entries) return;
    const index = firstIndex(entries, (entry) => comparePositions(entry, position) >= 0);
    if (entries[index]?.id !== id) return;
    entries.splice(index, 1);
    if (entries.length > 0) return;
    this.partitions.delete(position.partition);
    const place = { hash: hashOf(position.partition), partition: position.partition };
    this.scanOrder.splice(
      firstIndex(this.scanOrder, (other) => comparePlaces(other, place) >= 0),
      1,
    );
  }

  /** The items of one partition whose sort key fulfils the condition, after `start` in the direction of the query. */
  *query(
    partition: string,
    condition: { operator: KeyCondition['operator']; operands: AttributeValue[] } | undefined,
    forward: boolean,
    start: Position | undefined,
  ): Generator<Item> {
    const entries = this.partitions.get(partition) ?? [];
    let low = 0;
    let high = entries.length;
    if (condition) {
      const { below, beyond } = boundsOf(condition.operator, condition.operands);
      low = firstIndex(entries, (entry) => !below(entry.sort as AttributeValue));
      high = firstIndex(entries, (entry) => beyond(entry.sort as AttributeValue));
    }
    if (start && forward) {
      low = Math.max(
        low,
        firstIndex(entries, (entry) => comparePositions(entry, start) > 0),
      );
    } else if (start) {
      high = Math.min(
        high,
        firstIndex(entries, (entry) => comparePositions(entry, start) >= 0),
      );
    }
    if (forward) for (let index = low; index < high; index++) yield (entries[index] as Entry).item;
    else for (let index = high - 1; index >= low; index--) yield (entries[index] as Entry).item;
  }

  /** Every item of the partitions that fall to this segment, after `start`. */
  *scan(segment: number, totalSegments: number, start: Position | undefined): Generator<Item> {
    const startPlace = start && { hash: hashOf(start.partition), partition: start.partition };
    const first = startPlace ? firstIndex(this.scanOrder, (place) => comparePlaces(place, startPlace) >= 0) : 0;
    for (let index = first; index < this.scanOrder.length; index++) {
      const { hash, partition } = this.scanOrder[index] as { hash: number; partition: string };
      if (Math.floor((hash / 2 ** 32) * totalSegments) !== segment) continue;
      yield* this.query(partition, undefined, true, partition === start?.partition ? start : undefined);
    }
  }
}

function hashOf(partition: string): number {
  return createHash('md5').update(partition).digest().readUInt32BE(0);
}

function comparePlaces(left: { hash: number; partition: string }, right: { hash: number; partition: string }): number {
  return left.hash - right.hash || compareText(left.partition, right.partition);
}

function comparePositions(left: Position, right: Position): number {
  const order = left.sort && right.sort ? compareValues(left.sort, right.sort) : 0;
  return order || compareText(left.id, right.id);
}

/** The first index from which on `holds` is true; it must hold for all that follow. */
function firstIndex<T>(list: T[], holds: (element: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(list[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function boundsOf(
  operator: KeyCondition['operator'],
  operands: AttributeValue[],
): { below: (value: AttributeValue) => boolean; beyond: (value: AttributeValue) => boolean } {
  const [first, second] = operands as [AttributeValue, AttributeValue];
  const never = () => false;
  switch (operator) {
    case 'EQ':
      return { below: (value) => compareValues(value, first) < 0, beyond: (value) => compareValues(value, first) > 0 };
    case 'LT':
      return { below: never, beyond: (value) => compareValues(value, first) >= 0 };
    case 'LE':
      return { below: never, beyond: (value) => compareValues(value, first) > 0 };
    case 'GT':
      return { below: (value) => compareValues(value, first) <= 0, beyond: never };
    case 'GE':
      return { below: (value) => compareValues(value, first) < 0, beyond: never };
    case 'BETWEEN':
      return { below: (value) => compareValues(value, first) < 0, beyond: (value) => compareValues(value, second) > 0 };
    case 'BEGINS_WITH':
      return {
        below: (value) => compareValues(value, first) < 0,
        beyond: (value) => compareValues(value, first) > 0 && !beginsWith(value, first),
      };
  }
}
