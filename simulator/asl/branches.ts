interface Work<Item, Result> {
  /** Does one item; `lane` counts from 0 to the limit. */
  run(item: Item, index: number, lane: number): Promise<Result>;
  /** Stops what still runs after the first failure; what it stops need not settle. */
  stop(): void;
}

/** Does all items, at most `limit` at a time, and returns their results in order. Throws the first failure. */
export function runConcurrently<Item, Result>(
  items: Item[],
  limit: number,
  work: Work<Item, Result>,
): Promise<Result[]> {
  return new Promise((resolve, reject) => {
    const results = new Array<Result>(items.length);
    let next = 0;
    let open = items.length;
    let failed = false;
    const startNext = (lane: number): void => {
      if (failed || next >= items.length) return;
      const index = next++;
      work.run(items[index] as Item, index, lane).then(
        (result) => {
          if (failed) return;
          results[index] = result;
          open -= 1;
          if (open === 0) resolve(results);
          else startNext(lane);
        },
        (error) => {
          if (failed) return;
          failed = true;
          try {
            work.stop();
            reject(error);
          } catch (stopError) {
            reject(stopError);
          }
        },
      );
    };
    if (items.length === 0) resolve(results);
    for (let lane = 0; lane < Math.min(limit, items.length); lane += 1) startNext(lane);
  });
}
