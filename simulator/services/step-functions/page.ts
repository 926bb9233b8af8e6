import { AwsError } from '../../errors';

/** One page of a list. The token is the place where the next page starts. */
export function page<T>(
  items: T[],
  input: { maxResults?: number; nextToken?: string },
  defaultSize: number,
): { items: T[]; nextToken?: string } {
  const start = input.nextToken === undefined ? 0 : Number(input.nextToken);
  if (!Number.isInteger(start)) throw new AwsError('InvalidToken', `Invalid Token: '${input.nextToken}'`);
  // AWS takes 0 for the default.
  const end = start + (input.maxResults || defaultSize);
  return { items: items.slice(start, end), nextToken: end < items.length ? String(end) : undefined };
}
