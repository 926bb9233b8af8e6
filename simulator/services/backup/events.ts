import type { Region } from '../../places';

const tickSeconds = 300;

/** Emits one of AWS Backup's events, which it sends best-effort about every five minutes, in no strict order. */
export function emitAtNextTick(
  region: Region,
  detailType: string,
  resources: string[],
  detail: Record<string, unknown>,
): void {
  const { clock, random } = region.account;
  const toTick = tickSeconds - (clock.epochSeconds % tickSeconds);
  clock.after(toTick + random.between(0, 20), () =>
    region.events.emit({ source: 'aws.backup', 'detail-type': detailType, resources, detail }),
  );
}

/** A date in the form that only `expectedCompletionDate` has: `Jul 15, 2020 9:39:07 PM`. */
export function longDate(date: Date): string {
  const [, day = '', month, year] = date.toUTCString().split(' ');
  const hour = date.getUTCHours();
  const minutesAndSeconds = date.toISOString().slice(14, 19);
  return `${month} ${Number(day)}, ${year} ${hour % 12 || 12}:${minutesAndSeconds} ${hour < 12 ? 'AM' : 'PM'}`;
}
