import { interleave } from '../../../scenarios/item-restore/interleavings';

/** `npm run interleavings` has 10,000 of them, and 500 whole runs. */
const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

describe('Interleavings of the writes with an application and with faults', () => {
  it('lose nothing that was written after the window, while the same writes without conditions do', async () => {
    const found = await interleave(SEEDS);
    expect(found.flatMap(({ broken }) => broken)).toEqual([]);
    const sum = (count: (one: (typeof found)[number]) => number) => found.reduce((total, one) => total + count(one), 0);
    // An application that never meets a write would show nothing.
    expect(sum(({ met }) => met)).toBeGreaterThan(SEEDS.length);
    expect(sum(({ lostByUnconditional }) => lostByUnconditional)).toBeGreaterThan(SEEDS.length / 3);
  });
});
