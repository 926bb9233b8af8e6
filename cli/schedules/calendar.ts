import { parseExpression } from 'schedule-expressions/expression';

/** A schedule, as far as its times go. */
export interface Timed {
  name: string;
  expression: string;
  timeZone: string;
  /** `rate` counts from here. Milliseconds since 1970. */
  beginsAt: number;
  /** What a run takes, by those that there were. */
  expectedSeconds?: number;
}

/** A run that is to come. Times in milliseconds since 1970. */
export interface Coming {
  name: string;
  at: number;
  endsAt?: number;
  /** Schedules whose runs are still in progress then, as far as is known. */
  overlaps: string[];
}

export const CALENDAR_DAYS = 14;
const DAY_MS = 24 * 3600 * 1000;
/** Of `rate(1 minute)` two weeks would be 20,000 lines. */
const MOST_OF_ONE = 400;

/** The next times of a schedule, at most so many, none after `until`. */
export function nextTimes(
  { expression, timeZone, beginsAt }: Timed,
  now: number,
  most: number,
  until = Infinity,
): number[] {
  const parsed = parseExpression(expression, timeZone, { oneTime: true });
  const times: number[] = [];
  for (let after = now; times.length < most; ) {
    const next = parsed.next(after, beginsAt);
    if (next === undefined || next > until) break;
    times.push(next);
    after = next;
  }
  return times;
}

/** What the next 14 days bring, in order, each with the runs that are expected to be in progress when it starts. */
export function calendarOf(schedules: Timed[], now: number): Coming[] {
  const until = now + CALENDAR_DAYS * DAY_MS;
  const coming = schedules.flatMap((schedule) =>
    nextTimes(schedule, now, MOST_OF_ONE, until).map((at) => ({
      name: schedule.name,
      at,
      ...(schedule.expectedSeconds !== undefined && { endsAt: at + schedule.expectedSeconds * 1000 }),
      overlaps: [] as string[],
    })),
  );
  coming.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  let open: Coming[] = [];
  for (const run of coming) {
    open = open.filter(({ endsAt = 0 }) => endsAt > run.at);
    run.overlaps = [...new Set(open.map(({ name }) => name))];
    if ((run as Coming).endsAt !== undefined) open.push(run);
  }
  return coming;
}

/** Items by a key, in their order. */
export function grouped<Item>(items: Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** The number in the middle; undefined of none. */
export function middle(numbers: number[]): number | undefined {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
