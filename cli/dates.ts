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

/** `Mon 30 Nov` in the local zone. */
export function localDay(at: number | Date): string {
  const moment = new Date(at);
  const [weekday = '', month = '', date = ''] = moment.toString().split(' ');
  return `${weekday} ${date} ${month}`;
}

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
}
