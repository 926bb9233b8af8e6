import { DateTime, IANAZone } from 'luxon';
import { type Cron, parseCron } from './cron';
import { InvalidExpressionError } from './invalid-expression';

/** When a schedule runs: the first moment strictly after a given one, in milliseconds since 1970. */
export interface ScheduleExpression {
  /** `rate` runs count from when the schedule begins. */
  next(after: number, beginsAt: number): number | undefined;
  kind: 'rate' | 'cron' | 'at';
}

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Reads `rate(…)`, `cron(…)` and, where it is allowed, `at(…)`. */
export function parseExpression(text: string, timezone: string, { oneTime }: { oneTime: boolean }): ScheduleExpression {
  if (!IANAZone.isValidZone(timezone)) throw invalid(`Provided ScheduleExpressionTimezone ${timezone} is not valid.`);
  const [, kind, inside = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'rate') return rate(text, inside);
  if (kind === 'cron') return cron(parseCron(inside), timezone);
  if (kind === 'at' && oneTime) return at(text, inside, timezone);
  throw invalid(`Invalid Schedule Expression ${text}.`);
}

function rate(text: string, inside: string): ScheduleExpression {
  const [, count = '', unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inside) ?? [];
  const interval = Number(count) * (UNIT_MS[unit] ?? 0);
  // Singular for 1, plural for everything else.
  if (interval === 0 || (Number(count) === 1) !== (plural === ''))
    throw invalid(`Invalid Schedule Expression ${text}.`);
  return {
    kind: 'rate',
    next: (after, beginsAt) => beginsAt + (Math.floor(Math.max(after - beginsAt, -1) / interval) + 1) * interval,
  };
}

function at(text: string, inside: string, zone: string): ScheduleExpression {
  const moment = DateTime.fromISO(inside, { zone });
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inside) || !moment.isValid)
    throw invalid(`Invalid Schedule Expression ${text}.`);
  return { kind: 'at', next: (after) => (moment.toMillis() > after ? moment.toMillis() : undefined) };
}

function cron(fields: Cron, zone: string): ScheduleExpression {
  return {
    kind: 'cron',
    next(after) {
      let day = DateTime.fromMillis(after, { zone }).startOf('day');
      for (; day.year <= fields.lastYear; day = day.plus({ days: 1 }).startOf('day')) {
        const { year, month, daysInMonth = 31 } = day;
        const weekday = (day.weekday % 7) + 1;
        if (!fields.includesDay({ year, month, day: day.day, weekday, daysInMonth })) continue;
        const found = firstAfter(after, day, fields);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/**
 * The first run of a day after a moment. A wall-clock time that a change to daylight saving skips does not run; one
 * that comes twice runs once, the first time.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
function firstAfter(after: number, day: DateTime, { hours, minutes }: Cron): number | undefined {
  const local = DateTime.fromMillis(after, { zone: day.zone });
  const fromHour = local.hasSame(day, 'day') ? local.hour : 0;
  for (const hour of hours) {
    if (hour < fromHour) continue;
    for (const minute of minutes) {
      const moment = day.set({ hour, minute });
      if (moment.hour !== hour || moment.minute !== minute) continue;
      const instant = earliest(moment);
      if (instant > after) return instant;
    }
  }
  return undefined;
}

/** Of two moments with the same wall-clock time, the first. */
function earliest(moment: DateTime): number {
  return Math.min(...moment.getPossibleOffsets().map((possible) => possible.toMillis()));
}

function invalid(message: string): InvalidExpressionError {
  return new InvalidExpressionError(message);
}
