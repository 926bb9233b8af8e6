import DataLoader from 'dataloader';

/**
 * Joins what is asked for in one turn of the event loop into one call: waits that are looked at together share requests.
 * `ask` answers in the order of the items, with an error for an item of which only that one is refused. Nothing is
 * remembered: who asks later asks again.
 */
export function joined<Item, Answer>(ask: (items: Item[]) => Promise<(Answer | Error)[]>) {
  const loader = new DataLoader<Item, Answer>((items) => ask([...items]), { cache: false });
  return (item: Item): Promise<Answer> => loader.load(item);
}
