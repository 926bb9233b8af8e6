import { concurrencyOf, shardsFor } from '../../../../../functions/dynamodb-restore/item-restore/rate';

/** State transitions of a run without its shards, and of one shard, its children included: `npm run bench -- item-restore`. */
const OF_RUN = 20;
const OF_SHARD = 9;

describe('The shards of an item restore', () => {
  it.each([1, 1000, 5000, 100_000, 1_000_000])(
    'of %i items take at most 40 transitions and one for each 1,000',
    (items) => {
      const shards = shardsFor(items, items * 1024, undefined);
      expect(OF_RUN + OF_SHARD * shards).toBeLessThanOrEqual(40 + Math.ceil(items / 1000));
    },
  );

  it('are written by one function in its time, at the rate that it has by default', () => {
    const items = 100_000 / shardsFor(100_000, 100_000 * 1024, undefined);
    const perSecond = 50 / concurrencyOf(50, 10);
    expect(items / perSecond).toBeLessThan(840);
  });
});
