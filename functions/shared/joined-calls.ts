/**
 * Joins what is asked for in one turn of the event loop into one call: waits that are looked at together share requests.
 * `ask` answers in the order of the items, with an error for an item of which only that one is refused.
 */
export function joined<Item, Answer>(ask: (items: Item[]) => Promise<(Answer | Error)[]>) {
  let open: { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  const flush = async () => {
    const asked = open;
    open = [];
    try {
      const answers = await ask(asked.map(({ item }) => item));
      asked.forEach(({ resolve, reject }, index) => {
        const answer = answers[index] as Answer | Error;
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };
  return (item: Item): Promise<Answer> =>
    new Promise((resolve, reject) => {
      // After the promises that are settled by now: who waits for the same answer asks in the same turn.
      if (open.length === 0) Promise.resolve().then(() => process.nextTick(flush));
      open.push({ item, resolve, reject });
    });
}
