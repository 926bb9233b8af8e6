import type { Item } from './values';

const LONGEST_PERIOD_MS = 35 * 24 * 3600 * 1000;

/** One change of an item: when it was, and what was there before. */
export interface Change {
  at: number;
  id: string;
  key: Item;
  before: Item | undefined;
}

/** What point-in-time recovery knows of a table's past: every change since it was turned on. */
export class Journal {
  private changes: Change[] = [];

  note(change: Change): void {
    this.changes.push(change);
    const oldest = this.changes[0]?.at ?? change.at;
    // Half a period of slack, so that forgetting costs next to nothing.
    if (oldest < change.at - 1.5 * LONGEST_PERIOD_MS) this.forget(change.at - LONGEST_PERIOD_MS);
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

  private forget(until: number): void {
    this.changes = this.changes.filter(({ at }) => at >= until);
  }
}
