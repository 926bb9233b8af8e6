import { closest, distance } from 'fastest-levenshtein';
import type * as z from 'zod';

/** Says what is wrong with an input, one line a problem: the key, what it should be, and for unknown keys the nearest known one. */
export function describeIssues(error: z.ZodError, knownKeys: string[]): string[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [`${path ? `${path}: ` : ''}${issue.message}`];
    return issue.keys.map((key) => `${path ? `${path}.` : ''}${key} is not a key of the input${hint(key, knownKeys)}`);
  });
}

function hint(key: string, knownKeys: string[]): string {
  const nearest = closest(key, knownKeys);
  return distance(key.toLowerCase(), nearest.toLowerCase()) <= 4 ? `; did you mean ${nearest}?` : '';
}
