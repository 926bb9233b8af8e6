import { InvalidExpressionError } from './invalid-expression';

/** A calendar day; `weekday` is 1 for Sunday to 7 for Saturday, as in AWS's expressions. */
interface Day {
  year: number;
  month: number;
  day: number;
  weekday: number;
  daysInMonth: number;
}

/** An AWS cron expression: minutes, hours, day of month, month, day of week, year. */
export interface Cron {
  minutes: number[];
  hours: number[];
  lastYear: number;
  includesDay(day: Day): boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;

/**
 * Reads the six fields of `cron(…)`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) throw invalid(text);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  // One of the two day fields says nothing.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw invalid(text);
  const months = new Set(values(month, 1, 12, text, MONTHS));
  const years = new Set(values(year, FIRST_YEAR, LAST_YEAR, text));
  const isDay = dayOfMonth === '?' ? weekdayTest(dayOfWeek, text) : dayOfMonthTest(dayOfMonth, text);
  return {
    minutes: values(minute, 0, 59, text),
    hours: values(hour, 0, 23, text),
    lastYear: Math.max(...years),
    includesDay: (day) => years.has(day.year) && months.has(day.month) && isDay(day),
  };
}

function dayOfMonthTest(field: string, text: string): (day: Day) => boolean {
  if (field === 'L') return ({ day, daysInMonth }) => day === daysInMonth;
  const nearest = /^(\d{1,2})W$/.exec(field);
  if (nearest) {
    const wanted = Number(nearest[1]);
    if (wanted < 1 || wanted > 31) throw invalid(text);
    return (day) => day.day === nearestWorkday(wanted, day);
  }
  const days = new Set(values(field, 1, 31, text));
  return ({ day }) => days.has(day);
}

/** The weekday, Monday to Friday, that is nearest to a day of the month, within the month. */
function nearestWorkday(wanted: number, { day, weekday, daysInMonth }: Day): number | undefined {
  if (wanted > daysInMonth) return undefined;
  const onWanted = ((((weekday - 1 + wanted - day) % 7) + 7) % 7) + 1;
  if (onWanted === 7) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (onWanted === 1) return wanted < daysInMonth ? wanted + 1 : wanted - 2;
  return wanted;
}

function weekdayTest(field: string, text: string): (day: Day) => boolean {
  if (field === 'L') return ({ weekday }) => weekday === 7;
  const last = /^(\w+?)L$/.exec(field);
  if (last) {
    const [wanted] = values(last[1] ?? '', 1, 7, text, WEEKDAYS);
    return ({ weekday, day, daysInMonth }) => weekday === wanted && day > daysInMonth - 7;
  }
  const nth = /^(\w+)#([1-5])$/.exec(field);
  if (nth) {
    const [wanted] = values(nth[1] ?? '', 1, 7, text, WEEKDAYS);
    return ({ weekday, day }) => weekday === wanted && Math.ceil(day / 7) === Number(nth[2]);
  }
  const weekdays = new Set(values(field, 1, 7, text, WEEKDAYS));
  return ({ weekday }) => weekdays.has(weekday);
}

/** The numbers that a field stands for, in ascending order. */
function values(field: string, low: number, high: number, text: string, names: string[] = []): number[] {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    if (step !== undefined && !/^[1-9]\d*$/.test(step)) throw invalid(text);
    const [from, to] = bounds(range, step !== undefined, low, high, text, names);
    // A range may run over the end, as FRI-MON does.
    const length = from <= to ? to - from : high - low + 1 - (from - to);
    for (let offset = 0; offset <= length; offset += Number(step ?? 1))
      found.add(((from - low + offset) % (high - low + 1)) + low);
  }
  return [...found].sort((a, b) => a - b);
}

function bounds(
  range: string,
  stepped: boolean,
  low: number,
  high: number,
  text: string,
  names: string[],
): [number, number] {
  if (range === '*') return [low, high];
  const number = (part: string): number => {
    const named = names.indexOf(part.toUpperCase());
    const value = named >= 0 ? named + 1 : Number(part);
    if (!/^\w+$/.test(part) || !Number.isInteger(value) || value < low || value > high) throw invalid(text);
    return value;
  };
  const [from = '', to, ...others] = range.split('-');
  if (others.length > 0) throw invalid(text);
  if (to !== undefined) return [number(from), number(to)];
  return stepped ? [number(from), high] : [number(from), number(from)];
}

function invalid(text: string): InvalidExpressionError {
  return new InvalidExpressionError(`Invalid Schedule Expression cron(${text}).`);
}
