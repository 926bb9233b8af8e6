import { closest, distance } from 'fastest-levenshtein';
import type * as z from 'zod';

const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a JSON object',
  record: 'a JSON object',
};

/**
 * What is wrong with a value, for a person in a hurry: pass it as `error` to a schema's parse function. Messages that
 * the schema itself has stay.
 */
export function plainMessage(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty';
      return `must ${limit(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${limit(issue.origin, 'at most', issue.maximum)}${actualSize(issue.input)}`;
    default:
      return undefined;
  }
}

function limit(origin: string, bound: string, value: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${value} characters`;
  if (origin === 'array') return `have ${bound} ${value} entries`;
  return `be ${bound} ${value}`;
}

function actualSize(input: unknown): string {
  return typeof input === 'string' || Array.isArray(input) ? `, but has ${input.length}` : '';
}

/** Says what is wrong with an input, one line a problem: the key, what it should be, and for unknown keys the nearest known one. */
export function describeIssues(error: z.ZodError, knownKeys: string[]): string[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [`${path ? `${path}: ` : ''}${issue.message}`];
    return issue.keys.map((key) => `${path ? `${path}.` : ''}${key} is not a key of the input${hint(key, knownKeys)}`);
  });
}

function hint(key: string, knownKeys: string[]): string {
  const lower = key.toLowerCase();
  const longer = knownKeys.find((known) => lower.length >= 4 && known.toLowerCase().startsWith(lower));
  const nearest = longer ?? closest(key, knownKeys);
  return longer || distance(lower, nearest.toLowerCase()) <= 4 ? `; did you mean ${nearest}?` : '';
}
