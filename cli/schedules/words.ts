import cronstrue from 'cronstrue';
import { parseExpression } from 'schedule-expressions/expression';

const FIELDS = ['minutes', 'hours', 'day of month', 'month', 'day of week', 'year'];
const FORMS =
  'Give cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR), rate(N minutes|hours|days) or at(yyyy-mm-ddThh:mm:ss)';
/** What each field may hold: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const RANGES = [
  '0 to 59',
  '0 to 23',
  '1 to 31, L or W',
  '1 to 12 or JAN to DEC',
  '1 to 7 or SUN to SAT, L or #',
  '1970 to 2199',
];
/** A value that fits each field, to find the one that is wrong. */
const HARMLESS = ['0', '0', '1', '*', '?', '*'];
const HARMLESS_WEEKDAY = ['0', '0', '?', '*', '*', '*'];

/** An expression in words: `At 02:30, Monday through Friday`; the expression itself where there are none. */
export function inWords(expression: string): string {
  const [, kind, inside = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return `Every ${inside.replace(/^1 /, '')}`;
  if (kind === 'at') return `Once, on ${inside.replace('T', ' at ')}`;
  try {
    // cronstrue counts seconds first, which AWS has not.
    return cronstrue.toString(`0 ${inside}`, { dayOfWeekStartIndexZero: false, use24HourTimeFormat: true });
  } catch {
    return expression;
  }
}

/** What is wrong with an expression, and how it is right; undefined when it is. */
export function explainExpression(expression: string, zone: string): string | undefined {
  const refusal = refusalOf(expression, zone);
  if (refusal === undefined) return undefined;
  if (refusalOf('rate(1 day)', zone) !== undefined)
    return `${zone} is not a time zone; give a name such as Europe/Berlin`;
  const [, kind, inside = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  const why =
    kind === 'cron'
      ? explainCron(inside.trim().split(/\s+/), zone)
      : kind === 'rate'
        ? 'a rate is a whole number and its unit, singular for 1: rate(1 day), rate(12 hours)'
        : kind === 'at'
          ? 'a moment is at(2026-11-30T02:00:00), in the time zone of the schedule'
          : /^[^()]*(\s+[^()]*){4,5}$/.test(expression)
            ? `put it into cron(…)${hintOfFields(expression.trim().split(/\s+/))}`
            : FORMS;
  return `${expression} is not an expression of EventBridge Scheduler: ${why}`;
}

function explainCron(fields: string[], zone: string): string {
  if (fields.length !== FIELDS.length)
    return `it has ${fields.length} fields, and needs six: ${FIELDS.join(', ')}${hintOfFields(fields)}`;
  const [, , day = '', , weekday = ''] = fields;
  const wrong = FIELDS.flatMap((name, index) => {
    const others = index === 4 ? HARMLESS_WEEKDAY : HARMLESS;
    const alone = others.map((harmless, place) => (place === index ? fields[index] : harmless)).join(' ');
    if (fields[index] === '?' && (index === 2 || index === 4)) return [];
    return refusalOf(`cron(${alone})`, zone) === undefined
      ? []
      : [`${fields[index]} is not a value of ${name} (${RANGES[index]})`];
  });
  if (wrong.length > 0) return wrong.join('; ');
  if (day !== '?' && weekday !== '?') return 'day of month and day of week cannot both be given: one of them is ?';
  if (day === '?' && weekday === '?') return 'day of month and day of week cannot both be ?';
  return FORMS;
}

/** The expression that a crontab's five fields mean. */
function hintOfFields(fields: string[]): string {
  if (fields.length !== 5) return '';
  const [minute, hour, day, month, weekday] = fields;
  const days = weekday === '*' ? [day, '?'] : ['?', weekday];
  return `; a crontab's line is cron(${minute} ${hour} ${days[0]} ${month} ${days[1]} *) there${weekday === '*' ? '' : ', where Sunday is 1'}`;
}

function refusalOf(expression: string, zone: string): string | undefined {
  try {
    parseExpression(expression, zone, { oneTime: true });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
