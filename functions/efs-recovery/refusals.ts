import { hasName } from '../shared/error-name';

/** Error names of a region that is not enabled in the account. */
const NOT_ENABLED = ['UnrecognizedClientException', 'InvalidClientTokenId', 'OptInRequired'];

/** The problem with the region or the role of a refused call; undefined when the error has another cause. */
export function explainRefusal(
  error: unknown,
  { region, regionKey, roleKey }: { region: string; regionKey: string; roleKey: string },
): string | undefined {
  const { message } = error as Error;
  if (hasName(error, ...NOT_ENABLED)) return `${regionKey}: ${region} is not enabled in this account`;
  // STS's word; AWS Backup and EFS say AccessDeniedException.
  if (hasName(error, 'AccessDenied')) return `${roleKey}: the role cannot be assumed (${message})`;
  return undefined;
}
