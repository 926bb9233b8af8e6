import type { Account } from '../../simulator/account';
import { writeUnits } from '../../simulator/services/dynamodb/capacity';
import type { Index } from '../../simulator/services/dynamodb/table';
import type { Item } from '../../simulator/services/dynamodb/values';
import { largest } from './usage';

const MINUTE_MS = 60_000;

/** The write units that the partitions of indexes take from now on; returns what asks for the most a second, over a minute. */
export function watchPartitions(account: Account): () => number {
  const unitsOf = new Map<string, number>();
  const { tables } = account.region().dynamodb;
  for (const table of tables.values()) {
    const write = table.write.bind(table);
    table.write = (id, after) => {
      const before = table.items.get(id);
      write(id, after);
      const minute = Math.floor(account.clock.now / MINUTE_MS);
      for (const index of table.indexes)
        for (const [partition, units] of indexWrites(index, before, after)) {
          const key = `${table.name} ${index.name} ${partition} ${minute}`;
          unitsOf.set(key, (unitsOf.get(key) ?? 0) + units);
        }
    };
  }
  return () => largest([...unitsOf.values()]) / 60;
}

/**
 * What one write of an item takes of an index: none if the index has nothing of the change, one write if the keys stay,
 * else the removal of the entry and a new one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
function indexWrites(index: Index, before: Item | undefined, after: Item | undefined): [string, number][] {
  const [old, entry] = [entryOf(index, before), entryOf(index, after)];
  if (JSON.stringify(old) === JSON.stringify(entry)) return [];
  if (old && entry && keyOf(index, old) === keyOf(index, entry))
    return [[partitionOf(index, entry), writeUnits(old, entry)]];
  return [old, entry].flatMap((each): [string, number][] =>
    each ? [[partitionOf(index, each), writeUnits(each, undefined)]] : [],
  );
}

/** The entry of an item; none if the item lacks a key of the index. */
function entryOf({ key, projected }: Index, item: Item | undefined): Item | undefined {
  if (!item?.[key.partition] || (key.sort !== undefined && !item[key.sort])) return undefined;
  const members = Object.entries(item).filter(([name]) => !projected || projected.has(name));
  return Object.fromEntries(members.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function partitionOf({ key }: Index, entry: Item): string {
  return JSON.stringify(entry[key.partition]);
}

function keyOf(index: Index, entry: Item): string {
  const { sort } = index.key;
  return `${partitionOf(index, entry)} ${sort === undefined ? '' : JSON.stringify(entry[sort])}`;
}
