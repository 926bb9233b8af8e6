import { planExports } from '../../../../../functions/dynamodb-restore/item-restore/windows';

const HOUR = 3600;

describe('The exports of a window', () => {
  it('is one for 15 minutes to 24 hours', () => {
    expect(planExports({ from: 0, to: 900 })).toEqual({ kind: 'chain', periods: [{ from: 0, to: 900 }] });
    expect(planExports({ from: 0, to: 24 * HOUR }).periods).toHaveLength(1);
  });

  it('are two for less: one begins with the window, one ends with it', () => {
    expect(planExports({ from: 10_000, to: 10_060 })).toEqual({
      kind: 'overlap',
      periods: [
        { from: 10_000, to: 10_900 },
        { from: 9_160, to: 10_060 },
      ],
    });
  });

  it('are even pieces without a gap for more, none too long or too short', () => {
    for (const length of [24 * HOUR + 1, 25 * HOUR, 71 * HOUR + 17, 35 * 24 * HOUR]) {
      const { kind, periods } = planExports({ from: 5, to: 5 + length });
      expect(kind).toBe('chain');
      expect(periods[0]?.from).toBe(5);
      expect(periods.at(-1)?.to).toBe(5 + length);
      for (const [index, { from, to }] of periods.entries()) {
        expect(to - from).toBeGreaterThanOrEqual(900);
        expect(to - from).toBeLessThanOrEqual(24 * HOUR);
        if (index > 0) expect(from).toBe(periods[index - 1]?.to);
      }
    }
  });
});
