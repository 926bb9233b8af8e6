import { calendarOf, middle, nextTimes, type Timed } from '../../../cli/schedules/calendar';

const NOW = Date.parse('2026-11-20T22:00:00Z');
const DAY_MS = 24 * 3600 * 1000;

function timed(name: string, expression: string, expectedSeconds?: number): Timed {
  return { name, expression, timeZone: 'UTC', beginsAt: NOW, ...(expectedSeconds && { expectedSeconds }) };
}

describe('The calendar of schedules', () => {
  it('has what comes within 14 days, in order', () => {
    const coming = calendarOf([timed('nightly', 'cron(0 2 * * ? *)'), timed('once', 'at(2026-11-21T01:00:00)')], NOW);

    expect(coming.length).toBe(15);
    expect(coming.slice(0, 2)).toMatchObject([{ name: 'once' }, { name: 'nightly', overlaps: [] }]);
    expect(coming.at(-1)?.at).toBeLessThanOrEqual(NOW + 14 * DAY_MS);
  });

  it('names what is expected to be in progress when a run starts, also the run before of the same schedule', () => {
    const coming = calendarOf(
      [timed('fleet', 'cron(0 2 * * ? *)', 7200), timed('files', 'cron(0 3 * * ? *)', 90_000)],
      NOW,
    );

    expect(coming.slice(0, 4)).toMatchObject([
      { name: 'fleet', overlaps: [] },
      { name: 'files', overlaps: ['fleet'] },
      { name: 'fleet', overlaps: ['files'] },
      { name: 'files', overlaps: ['files', 'fleet'] },
    ]);
  });

  it('has an end of one that runs every minute', () =>
    expect(calendarOf([timed('busy', 'rate(1 minute)')], NOW).length).toBe(400));
});

it('The next times of a schedule are as many as are asked for, if there are so many', () => {
  expect(nextTimes(timed('nightly', 'cron(0 2 * * ? *)'), NOW, 2)).toEqual([
    Date.parse('2026-11-21T02:00:00Z'),
    Date.parse('2026-11-22T02:00:00Z'),
  ]);
  expect(nextTimes(timed('past', 'at(2026-01-01T00:00:00)'), NOW, 2)).toEqual([]);
});

it('The middle of no numbers is none', () => {
  expect(middle([])).toBeUndefined();
  expect(middle([30, 10, 20])).toBe(20);
});
