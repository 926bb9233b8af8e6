import { AwsError } from '../../errors';

const MOST_RESULTS = 1000;

/** One page of a list. The token is the place where the next page starts. */
export function page<T>(
  items: T[],
  input: { maxResults?: number; nextToken?: string },
  defaultSize: number,
  tokenLimit = 1024,
): { items: T[]; nextToken?: string } {
  if ((input.maxResults ?? 0) > MOST_RESULTS)
    throw invalid('maxResults', String(input.maxResults), `value less than or equal to ${MOST_RESULTS}`);
  if ((input.nextToken?.length ?? 0) > tokenLimit)
    throw invalid('nextToken', input.nextToken ?? '', `length less than or equal to ${tokenLimit}`);
  const start = input.nextToken === undefined ? 0 : Number(input.nextToken);
  if (!Number.isInteger(start)) throw new AwsError('InvalidToken', `Invalid Token: '${input.nextToken}'`);
  // AWS takes 0 for the default.
  const end = start + (input.maxResults || defaultSize);
  return { items: items.slice(start, end), nextToken: end < items.length ? String(end) : undefined };
}

function invalid(member: string, value: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have ${constraint}`,
  );
}
