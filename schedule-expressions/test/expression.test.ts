import { parseExpression } from '../expression';

/** The next runs of an expression after a moment, in local time of the zone. */
function nextRuns(expression: string, after: string, count = 3, zone = 'UTC'): string[] {
  const schedule = parseExpression(expression, zone, { oneTime: true });
  const runs: string[] = [];
  let moment: number | undefined = Date.parse(after);
  const beginsAt = moment;
  while (runs.length < count) {
    moment = schedule.next(moment, beginsAt);
    if (moment === undefined) break;
    runs.push(new Date(moment).toISOString().slice(0, 16));
  }
  return runs;
}

describe('parseExpression', () => {
  it.each([
    ['cron(0 10 * * ? *)', '2026-11-20T22:00:00Z', ['2026-11-21T10:00', '2026-11-22T10:00', '2026-11-23T10:00']],
    ['cron(15 12 ? * MON-FRI *)', '2026-11-20T22:00:00Z', ['2026-11-23T12:15', '2026-11-24T12:15', '2026-11-25T12:15']],
    ['cron(0 8 1 * ? *)', '2026-11-20T22:00:00Z', ['2026-12-01T08:00', '2027-01-01T08:00', '2027-02-01T08:00']],
    ['cron(0/20 22,23 * * ? *)', '2026-11-20T22:00:00Z', ['2026-11-20T22:20', '2026-11-20T22:40', '2026-11-20T23:00']],
    ['cron(0 0 L * ? *)', '2027-02-01T00:00:00Z', ['2027-02-28T00:00', '2027-03-31T00:00', '2027-04-30T00:00']],
    ['cron(0 0 15W * ? *)', '2026-11-01T00:00:00Z', ['2026-11-16T00:00', '2026-12-15T00:00', '2027-01-15T00:00']],
    ['cron(0 0 1W 8 ? 2026)', '2026-07-01T00:00:00Z', ['2026-08-03T00:00']],
    ['cron(0 0 ? * 6L *)', '2026-11-01T00:00:00Z', ['2026-11-27T00:00', '2026-12-25T00:00', '2027-01-29T00:00']],
    ['cron(0 0 ? * TUE#2 *)', '2026-11-01T00:00:00Z', ['2026-11-10T00:00', '2026-12-08T00:00', '2027-01-12T00:00']],
    ['cron(0 0 ? * FRI-MON *)', '2026-11-20T00:00:00Z', ['2026-11-21T00:00', '2026-11-22T00:00', '2026-11-23T00:00']],
    ['cron(0 0 ? * L *)', '2026-11-20T00:00:00Z', ['2026-11-21T00:00', '2026-11-28T00:00', '2026-12-05T00:00']],
    ['cron(0 0 29 FEB ? *)', '2026-11-20T00:00:00Z', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['cron(30 6 1 1 ? 2027)', '2026-11-20T00:00:00Z', ['2027-01-01T06:30']],
    ['cron(0 0 1 1 ? 2020)', '2026-11-20T00:00:00Z', []],
    ['rate(5 minutes)', '2026-11-20T22:00:00Z', ['2026-11-20T22:05', '2026-11-20T22:10', '2026-11-20T22:15']],
    ['rate(1 day)', '2026-11-20T22:00:00Z', ['2026-11-21T22:00', '2026-11-22T22:00', '2026-11-23T22:00']],
    ['at(2026-11-21T06:00:00)', '2026-11-20T22:00:00Z', ['2026-11-21T06:00']],
  ])('finds the next runs of %s', (expression, after, expected) => {
    expect(nextRuns(expression, after)).toEqual(expected);
  });

  it('follows daylight saving time', () => {
    expect(nextRuns('cron(0 10 * * ? *)', '2027-03-27T00:00:00Z', 2, 'Europe/Berlin')).toEqual([
      '2027-03-27T09:00',
      '2027-03-28T08:00',
    ]);
    expect(nextRuns('at(2027-07-01T10:00:00)', '2027-03-27T00:00:00Z', 1, 'Europe/Berlin')).toEqual([
      '2027-07-01T08:00',
    ]);
  });

  it('skips a time that the change in spring leaves out', () => {
    // 02:30 does not exist in Berlin on 28 March 2027.
    expect(nextRuns('cron(30 2 * * ? *)', '2027-03-27T00:00:00Z', 2, 'Europe/Berlin')).toEqual([
      '2027-03-27T01:30',
      '2027-03-29T00:30',
    ]);
  });

  it('runs once at a time that the change in autumn repeats', () => {
    // 02:30 comes twice in Berlin on 25 October 2026.
    expect(nextRuns('cron(30 2 * * ? *)', '2026-10-24T12:00:00Z', 2, 'Europe/Berlin')).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it.each([
    'cron(0 10 * * *)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(60 10 * * ? *)',
    'cron(0 10 ? * MON#6 *)',
    'cron(0 10 32W * ? *)',
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'at(2026-11-21 06:00:00)',
    'every day',
  ])('refuses %s', (expression) => {
    expect(() => parseExpression(expression, 'UTC', { oneTime: true })).toThrow(
      expect.objectContaining({ name: 'InvalidExpressionError' }),
    );
  });

  it('refuses a time zone that does not exist, and one-time expressions in rules', () => {
    expect(() => parseExpression('rate(1 day)', 'Europe/Atlantis', { oneTime: true })).toThrow(
      'Europe/Atlantis is not valid',
    );
    expect(() => parseExpression('at(2026-11-21T06:00:00)', 'UTC', { oneTime: false })).toThrow(
      'Invalid Schedule Expression',
    );
  });
});
