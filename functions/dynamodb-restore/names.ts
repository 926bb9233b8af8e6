import { createHash } from 'node:crypto';

const NAME_LIMIT = 255;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The duplicate's name: `<table>--dupe-Nov-20-2026-22-00-00`, in UTC. `at` is in seconds since 1970. */
export function duplicateName(tableName: string, at: number): string {
  return nameWith(tableName, `--dupe-${stamp(at)}`);
}

/** The fallback backup's name: `<table>--orig-Nov-20-2026-22-00-00`, in UTC. `at` is in seconds since 1970. */
export function fallbackName(tableName: string, at: number): string {
  return nameWith(tableName, `--orig-${stamp(at)}`);
}

/** Long names are cut and get a hash of the whole, so that two of them do not become one. */
function nameWith(tableName: string, suffix: string): string {
  if (tableName.length + suffix.length <= NAME_LIMIT) return tableName + suffix;
  const hash = createHash('sha256').update(tableName).digest('hex').slice(0, 8);
  return `${tableName.slice(0, NAME_LIMIT - suffix.length - hash.length - 1)}-${hash}${suffix}`;
}

function stamp(at: number): string {
  const iso = new Date(at * 1000).toISOString();
  const month = MONTHS[Number(iso.slice(5, 7)) - 1];
  return `${month}-${iso.slice(8, 10)}-${iso.slice(0, 4)}-${iso.slice(11, 19).replaceAll(':', '-')}`;
}
