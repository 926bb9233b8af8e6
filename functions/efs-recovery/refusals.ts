/** What a region answers in which the account is not enabled. */
const NOT_ENABLED = ['UnrecognizedClientException', 'InvalidClientTokenId', 'OptInRequired'];

/** What is wrong with the region or the role of a call that was refused; nothing when the error is about something else. */
export function explainRefusal(
  error: unknown,
  { region, regionKey, roleKey }: { region: string; regionKey: string; roleKey: string },
): string | undefined {
  const { name, message } = error as Error;
  if (NOT_ENABLED.includes(name)) return `${regionKey}: ${region} is not enabled in this account`;
  // STS's word; AWS Backup and EFS say AccessDeniedException.
  if (name === 'AccessDenied') return `${roleKey}: the role cannot be assumed (${message})`;
  return undefined;
}
