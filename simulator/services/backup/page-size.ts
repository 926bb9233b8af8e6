import { AwsError } from '../../errors';
import { page } from '../page';

const defaultPageSize = 1000;

/** The page of a list that a request asks for. */
export function pageOf<T>(
  items: T[],
  { MaxResults: size, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { items: T[]; nextToken: string | undefined } {
  if (size !== undefined && (size < 1 || size > defaultPageSize)) {
    throw new AwsError('InvalidParameterValueException', `MaxResults must be between 1 and ${defaultPageSize}.`);
  }
  return page(items, size ?? defaultPageSize, NextToken);
}
