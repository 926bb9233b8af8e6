import { Collection, keyText } from './collection';
import type { Item } from './values';

/** The names of a table's or an index's key attributes. */
export interface KeyNames {
  partition: string;
  sort?: string;
}

/** The items of a table with its indexes. Items are never changed in place, so a copy costs no more than the order. */
export class Items {
  private readonly byId = new Map<string, Item>();
  private readonly main: Collection;
  private readonly indexes = new Map<string, Collection>();

  constructor(readonly key: KeyNames) {
    this.main = new Collection(key.partition, key.sort);
  }

  /** The primary key of an item, or of a key, as text. */
  idOf(item: Item): string {
    const partition = item[this.key.partition];
    const sort = this.key.sort === undefined ? undefined : item[this.key.sort];
    const text = partition ? keyText(partition) : '';
    // The length keeps apart what would run into each other.
    return sort ? `${text.length}:${text}${keyText(sort)}` : text;
  }

  get size(): number {
    return this.byId.size;
  }

  get(id: string): Item | undefined {
    return this.byId.get(id);
  }

  set(id: string, item: Item | undefined): void {
    const old = this.byId.get(id);
    for (const collection of [this.main, ...this.indexes.values()]) {
      if (old && item && collection.replace(old, item, id)) continue;
      if (old) collection.remove(old, id);
      if (item) collection.add(item, id);
    }
    if (item) this.byId.set(id, item);
    else this.byId.delete(id);
  }

  addIndex(name: string, key: KeyNames): void {
    const index = new Collection(key.partition, key.sort);
    for (const [id, item] of this.byId) index.add(item, id);
    this.indexes.set(name, index);
  }

  removeIndex(name: string): void {
    this.indexes.delete(name);
  }

  /** The collection that a query or scan reads: the table's own, or that of an index. */
  collection(indexName?: string): Collection {
    return (indexName === undefined ? undefined : this.indexes.get(indexName)) ?? this.main;
  }

  /** Every item, in the order of a scan. */
  all(): Item[] {
    return [...this.main.scan(0, 1, undefined)];
  }

  /** The same items in the same indexes; from here on the two go their own ways. */
  copy(): Items {
    const copy = new Items(this.key);
    for (const [name, index] of this.indexes) {
      copy.addIndex(name, { partition: index.partitionKey, sort: index.sortKey });
    }
    for (const [id, item] of this.byId) copy.set(id, item);
    return copy;
  }
}
