import { type Item, itemSize } from './values';

const LONGEST_PERIOD_MS = 35 * 24 * 3600 * 1000;

/** One change of an item: when it was, and what was there before. */
export interface Change {
  at: number;
  id: string;
  key: Item;
  before: Item | undefined;
}

/** What became of one item in a period. */
interface ChangedItem {
  key: Item;
  /** At the start, before the first change. */
  before: Item | undefined;
  /** At the end. */
  after: Item | undefined;
  lastAt: number;
  /** What its changes take in the log: an image before and one after each. */
  bytes: number;
}

/** The changes of a table's items, for as long as `periodMs` at least: by default the longest recovery period. */
export class Journal {
  private changes: Change[] = [];

  constructor(private readonly periodMs = LONGEST_PERIOD_MS) {}

  note(change: Change): void {
    this.changes.push(change);
    const oldest = this.changes[0]?.at ?? change.at;
    // Half a period of slack, so that forgetting costs next to nothing.
    if (oldest < change.at - 1.5 * this.periodMs) this.forget(change.at - this.periodMs);
  }

  clear(): void {
    this.changes = [];
  }

  /** The changes in their order. */
  all(): readonly Change[] {
    return this.changes;
  }

  /** What `items` (as they are now) were at that time: the changes after it are undone, the last one first. */
  itemsAt(time: number, items: Iterable<Item>, idOf: (item: Item) => string): Item[] {
    const byId = new Map([...items].map((item) => [idOf(item), item]));
    for (let index = this.changes.length - 1; index >= 0; index--) {
      const { at, id, before } = this.changes[index] as Change;
      if (at <= time) break;
      if (before) byId.set(id, before);
      else byId.delete(id);
    }
    return [...byId.values()];
  }

  /** The items that were changed at or after `from` and before `to`, in the order of their first change. */
  between(from: number, to: number, itemNow: (id: string) => Item | undefined): ChangedItem[] {
    const found = new Map<string, ChangedItem>();
    const ended = new Set<string>();
    for (const { at, id, key, before } of this.changes) {
      if (at < from || ended.has(id)) continue;
      const known = found.get(id);
      const bytes = before ? itemSize(before) : 0;
      if (at >= to) {
        ended.add(id);
        if (known) Object.assign(known, { after: before, bytes: known.bytes + bytes });
      } else if (known) {
        // The image before this change is the one after the last one.
        Object.assign(known, { lastAt: at, bytes: known.bytes + 2 * bytes });
      } else found.set(id, { key, before, after: undefined, lastAt: at, bytes });
    }
    for (const [id, item] of found) {
      if (ended.has(id)) continue;
      item.after = itemNow(id);
      item.bytes += item.after ? itemSize(item.after) : 0;
    }
    return [...found.values()];
  }

  private forget(until: number): void {
    this.changes = this.changes.filter(({ at }) => at >= until);
  }
}
