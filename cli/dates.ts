/** `2026-11-20 23:00:00 +01:00`: the local zone, with its offset. `at` is in milliseconds since 1970, or a Date. */
export function localTime(at: number | Date): string {
  const moment = new Date(at);
  return `${day(moment)} ${clock(moment)} ${offset(moment)}`;
}

/** The same to the minute, for schedules. */
export function localMinute(at: number | Date): string {
  const moment = new Date(at);
  return `${day(moment)} ${clock(moment).slice(0, 'HH:mm'.length)} ${offset(moment)}`;
}

/** The same to the second, with UTC beside it, for decisions. */
export function localAndUtc(at: number | Date): string {
  const moment = new Date(at);
  const [utcDay = '', utcClock = ''] = moment.toISOString().split(/[T.]/);
  return `${localTime(at)} (${utcDay === day(moment) ? '' : `${utcDay} `}${utcClock} UTC)`;
}

/** `HH:mm:ss` in the local zone. */
export function localClock(at: number | Date): string {
  return clock(new Date(at));
}

<<<<<<< HEAD
function day(moment: Date): string {
  return [moment.getFullYear(), digits(moment.getMonth() + 1), digits(moment.getDate())].join('-');
}

function clock(moment: Date): string {
  return [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(digits).join(':');
}

function offset(moment: Date): string {
  const minutes = -moment.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${digits(Math.floor(size / 60))}:${digits(size % 60)}`;
}

function digits(number: number): string {
  return String(number).padStart(2, '0');
=======
/** `Mon 30 Nov` in the local zone. */
export function localDay(at: number | Date): string {
  return DateTime.fromMillis(Number(at)).toFormat('ccc dd LLL');
}

const FORMATS = [
  'LLL dd yyyy - HH:mm:ss',
  'LLL d yyyy - HH:mm:ss',
  'LLL dd yyyy - HH:mm',
  'yyyy-MM-dd HH:mm:ss',
  "yyyy-MM-dd'T'HH:mm:ss",
  'yyyy-MM-dd HH:mm',
];

/**
 * Reads a time that a person typed: ISO 8601 with an offset, or a wall-clock time in `zone` (the local zone by default)
 * such as `2026-11-20 21:30:00` or `Nov 20 2026 - 21:30:00`. A wall-clock time that daylight saving skips, or that
 * comes twice, is a problem: then the offset has to be given.
 */
export function parseLocalTime(text: string, zone = 'local'): { at: Date } | { problem: string } {
  const typed = text.trim();
  if (/(Z|[+-]\d\d:?\d\d)$/i.test(typed) && /^\d{4}-\d\d-\d\d/.test(typed)) {
    const moment = DateTime.fromISO(typed.replace(' ', 'T').replace(/ /g, ''));
    return moment.isValid ? { at: moment.toJSDate() } : { problem: `${typed} is not a time.` };
  }
  for (const format of FORMATS) {
    const moment = DateTime.fromFormat(typed, format, { zone, locale: 'en' });
    if (!moment.isValid) continue;
    // A wall-clock time that does not exist is moved on by the hour that is missing.
    if (
      moment.toFormat(format, { locale: 'en' }) !==
      DateTime.fromFormat(typed, format, { zone: 'utc', locale: 'en' }).toFormat(format, { locale: 'en' })
    )
      return {
        problem: `${typed} does not exist in ${moment.zoneName}: daylight saving time skips it. Add the offset.`,
      };
    const offsets = moment.getPossibleOffsets();
    if (offsets.length > 1) {
      const choices = offsets.map((possible) => possible.toFormat('yyyy-MM-dd HH:mm:ssZZ')).join(' or ');
      return { problem: `${typed} comes twice in ${moment.zoneName}. Say which: ${choices}` };
    }
    return { at: moment.toJSDate() };
  }
  return { problem: `${typed} is not a time like 2026-11-20 21:30:00 or Nov 20 2026 - 21:30:00.` };
>>>>>>> 83b2ca7 (Show a followed run row by row, and schedules as a calendar)
}
