/** Whether an error has one of these names, AWS's or our own. Names are looked at, since errors of the SDK may be of another copy of it. */
export function hasName(error: unknown, ...names: readonly string[]): boolean {
  return names.includes((error as { name?: string } | undefined)?.name ?? '');
}

/** The name of what was thrown. */
export function errorName(error: unknown): string {
  return (error as { name?: string } | undefined)?.name ?? 'Error';
}
