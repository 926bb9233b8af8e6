import { DateTime } from 'luxon';

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
}
