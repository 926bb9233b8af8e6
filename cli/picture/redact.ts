/** An ARN ends at what no ARN contains; account numbers stand alone, too. */
const ARN = /\barn:aws[a-z-]*:[^\s"'<>,;)\]}]+/g;
const ACCOUNT_ID = /(?<!\d)\d{12}(?!\d)/g;

/** Leaves account numbers and ARNs out of every text in a value, for a page that is sent to others. */
export function redact<T>(value: T): T {
  if (typeof value === 'string') return value.replace(ARN, '[ARN]').replace(ACCOUNT_ID, '[account]') as T;
  if (Array.isArray(value)) return value.map(redact) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redact(member)])) as T;
}
