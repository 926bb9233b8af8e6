import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';

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
 * A problem of an input in plain words: pass this function as `error` to a schema's parse function. The schema's own
 * messages stay.
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

/** How many problems of an input one message lists: the cause of an execution holds 32,768 characters. */
const LISTED_PROBLEMS = 40;

/**
 * Describes the problems of an input, one line each: the key, what it must be, and for an unknown key the nearest known
 * one. Lists the first 40 and counts the others.
 */
export function describeIssues(error: z.ZodError, knownKeys: string[]): string[] {
  const problems = error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [() => `${path ? `${path}: ` : ''}${issue.message}`];
    return issue.keys.map(
      (key) => () => `${path ? `${path}.` : ''}${shortened(key)} is not a key of the input${hint(key, knownKeys)}`,
    );
  });
  const unlisted = problems.length - LISTED_PROBLEMS;
  const listed = problems.slice(0, LISTED_PROBLEMS).map((describe) => describe());
  return unlisted > 0 ? [...listed, `and ${unlisted.toLocaleString('en')} more problems`] : listed;
}

/** A key is as long as its author likes. */
function shortened(key: string): string {
  return key.length > 100 ? `${key.slice(0, 100)}…` : key;
}

function hint(key: string, knownKeys: string[]): string {
  if (key.length > 100) return '';
  const lower = key.toLowerCase();
  const longer = knownKeys.find((known) => lower.length >= 4 && known.toLowerCase().startsWith(lower));
  const nearest = longer ?? closest(key, knownKeys);
  return longer || distance(lower, nearest.toLowerCase()) <= 4 ? `; did you mean ${nearest}?` : '';
}

/**
 * Returns the input without the optional keys that are empty (`""`, `null`, `{}`), as forms and templates leave them:
 * they count as absent. A key stays if its type accepts the empty value, if it is required, or if its type is marked
 * `meta({ isGuard: true })`: an empty guard is more likely a mistake than a wish for none.
 */
export function withoutEmptyKeys(type: z.ZodType, value: unknown): unknown {
  const object = objectType(type, value);
  if (!object || !isObject(value)) return value;
  const shape = object.shape as Record<string, z.ZodType>;
  const kept = Object.entries(value).flatMap(([key, given]) => {
    const keyType = shape[key];
    if (!keyType) return [[key, given]];
    const cleaned = withoutEmptyKeys(keyType, given);
    return isEmpty(cleaned) && isUnwanted(keyType, cleaned) ? [] : [[key, cleaned]];
  });
  return Object.fromEntries(kept);
}

function isUnwanted(type: z.ZodType, value: unknown): boolean {
  const isOptional = type.safeParse(undefined).success;
  return isOptional && !type.safeParse(value).success && !type.meta()?.isGuard;
}

/** The object type that describes the value: inside of optional and default types, and of a union the one with its tag. */
function objectType(type: unknown, value: unknown): z.ZodObject | undefined {
  if (type instanceof z.ZodOptional || type instanceof z.ZodDefault || type instanceof z.ZodPrefault)
    return objectType(type.unwrap(), value);
  if (type instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = type.def;
    const tag = isObject(value) ? value[discriminator] : undefined;
    return (type.options as z.ZodObject[]).find((option) => option.shape[discriminator]?.safeParse(tag).success);
  }
  return type instanceof z.ZodObject ? type : undefined;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (isObject(value) && Object.keys(value).length === 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
