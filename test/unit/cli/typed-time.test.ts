import { parseLocalTime } from '../../../cli/typed-time';

const ZONE = 'Europe/Berlin';

it.each([
  ['2026-11-20 22:44:00', '2026-11-20T21:44:00.000Z'],
  ['2026-11-20T22:44:00', '2026-11-20T21:44:00.000Z'],
  ['2026-11-20 22:44', '2026-11-20T21:44:00.000Z'],
  ['Nov 20 2026 - 22:44:00', '2026-11-20T21:44:00.000Z'],
  ['Nov 2 2026 - 22:44:00', '2026-11-02T21:44:00.000Z'],
  ['2026-11-20T21:44:00Z', '2026-11-20T21:44:00.000Z'],
  ['2026-11-20 22:44:00 +01:00', '2026-11-20T21:44:00.000Z'],
  // The hour that comes twice, told apart by its offset.
  ['2026-10-25 02:30:00+01:00', '2026-10-25T01:30:00.000Z'],
])('reads %s', (text, iso) => expect(parseLocalTime(text, ZONE)).toEqual({ at: new Date(iso) }));

it.each([
  ['Garbage', 'is not a time like'],
  ['2026-13-01 00:00:00', 'is not a time like'],
  ['2026-11-20T99:00:00Z', 'is not a time.'],
  ['2026-03-29 02:30:00', 'daylight saving time skips it'],
  [
    '2026-10-25 02:30:00',
    'comes twice in Europe/Berlin. Say which: 2026-10-25 02:30:00+02:00 or 2026-10-25 02:30:00+01:00',
  ],
])('refuses %s', (text, problem) =>
  expect(parseLocalTime(text, ZONE)).toEqual({ problem: expect.stringContaining(problem) }),
);
