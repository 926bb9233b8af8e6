import DataLoader from 'dataloader';
import { MOST_CLIENTS } from './clients/per-region';

/**
 * Joins what is asked of one client, or in one region, in one turn of the event loop into one call: waits that are looked at
 * together share requests. `ask` answers in the order of the items, with an error for an item of which only that one is
 * refused. Nothing is remembered: who asks later asks again.
 */
export function joined<Whom, Item, Answer>(ask: (whom: Whom, items: Item[]) => Promise<(Answer | Error)[]>) {
  const loaders = new Map<Whom, DataLoader<Item, Answer>>();
  return (whom: Whom, item: Item): Promise<Answer> => {
    const known = loaders.get(whom);
    if (known) return known.load(item);
    // A loader must not keep a client that was dropped. What it was asked for, it still answers.
    if (loaders.size >= MOST_CLIENTS) loaders.clear();
    const loader = new DataLoader<Item, Answer>((items) => ask(whom, [...items]), { cache: false });
    loaders.set(whom, loader);
    return loader.load(item);
  };
}
