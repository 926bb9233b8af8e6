import { SimulatorError } from '../errors';

/** One page of a list, with the token that leads to the next. `size` undefined means everything at once. */
export function page<T>(
  items: T[],
  size: number | undefined,
  token: string | undefined,
): { items: T[]; nextToken: string | undefined } {
  const start = token ? offsetOf(token) : 0;
  const end = start + (size ?? items.length);
  return { items: items.slice(start, end), nextToken: end < items.length ? tokenFor(end) : undefined };
}

function tokenFor(offset: number): string {
  return Buffer.from(`from:${offset}`).toString('base64');
}

function offsetOf(token: string): number {
  const offset = /^from:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  // AWS's tokens are opaque: one that it never gave out is a mistake in the test, not a case to simulate.
  if (offset === undefined) throw new SimulatorError(`The pagination token ${token} was never given out.`);
  return Number(offset);
}
