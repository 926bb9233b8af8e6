import { AwsError } from '../../errors';

/** Refuses a number below the API's minimum, in SSM's words. */
export function atLeast(member: string, value: number | undefined, minimum: number): void {
  if (value === undefined || value >= minimum) return;
  throw constraint(member, String(value), `Member must have value greater than or equal to ${minimum}`);
}

/** Refuses a number above the API's maximum. */
export function atMost(member: string, value: number | undefined, maximum: number): void {
  if (value === undefined || value <= maximum) return;
  throw constraint(member, String(value), `Member must have value less than or equal to ${maximum}`);
}

/** Refuses a text or list that is too short or too long. */
export function lengthBetween(
  member: string,
  value: string | unknown[] | undefined,
  minimum: number,
  maximum: number,
): void {
  if (value === undefined) return;
  const text = typeof value === 'string' ? value : `[${value.join(', ')}]`;
  if (value.length < minimum) {
    throw constraint(member, text, `Member must have length greater than or equal to ${minimum}`);
  }
  if (value.length > maximum)
    throw constraint(member, text, `Member must have length less than or equal to ${maximum}`);
}

/** Refuses a text that does not match the API's pattern. */
export function matchesPattern(member: string, value: string | undefined, pattern: RegExp): void {
  if (value === undefined || pattern.test(value)) return;
  throw constraint(member, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
}

function constraint(member: string, value: string, rule: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`,
  );
}
