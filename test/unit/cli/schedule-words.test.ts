import { explainExpression, inWords } from '../../../cli/schedules/words';

it.each([
  ['cron(0 2 * * ? *)', 'At 02:00'],
  ['cron(30 2 ? * MON-FRI *)', 'At 02:30, Monday through Friday'],
  ['cron(0 3 ? * 1 *)', 'At 03:00, only on Sunday'],
  ['cron(0 3 L * ? *)', 'At 03:00, on the last day of the month'],
  ['rate(1 day)', 'Every day'],
  ['rate(12 hours)', 'Every 12 hours'],
  ['at(2026-12-24T20:00:00)', 'Once, on 2026-12-24 at 20:00:00'],
])('%s is: %s', (expression, words) => expect(inWords(expression)).toBe(words));

it.each([
  ['cron(0 2 * * *)', 'it has 5 fields, and needs six: minutes, hours'],
  ['cron(0 2 * * *)', "a crontab's line is cron(0 2 * * ? *) there"],
  ['0 2 * * 0', 'put it into cron(…); a crontab'],
  ['cron(0 2 * * * *)', 'cannot both be given: one of them is ?'],
  ['cron(0 2 ? * ? *)', 'cannot both be ?'],
  ['cron(61 25 * * ? *)', '61 is not a value of minutes (0 to 59); 25 is not a value of hours (0 to 23)'],
  ['cron(0 2 ? * MON-FRY *)', 'MON-FRY is not a value of day of week (1 to 7 or SUN to SAT, L or #)'],
  ['rate(1 minutes)', 'singular for 1'],
  ['at(2026-12-24)', 'at(2026-11-30T02:00:00)'],
  ['daily', 'Give cron('],
])('of %s it is said: %s', (expression, what) => expect(explainExpression(expression, 'UTC')).toContain(what));

it('names a time zone that is none', () =>
  expect(explainExpression('rate(1 day)', 'Berlin')).toBe(
    'Berlin is not a time zone; give a name such as Europe/Berlin',
  ));

it('has nothing to say of a right expression', () =>
  expect(explainExpression('cron(0 2 * * ? *)', 'Europe/Berlin')).toBeUndefined());
