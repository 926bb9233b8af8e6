const FROZEN = 'true';
const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** Whether the source says by its tag `restore-test-frozen` that nothing changes it: then each difference is bad. */
export function isFrozen(tags: Record<string, string>): boolean {
  return tags['restore-test-frozen'] === FROZEN;
}

/** How fast a restore of the source, and how young its backup, is wanted: its tags `rto` and `rpo`, such as `30m`, `4h`, `2d`. */
export function wantedOf(tags: Record<string, string>): { rtoSeconds?: number; rpoSeconds?: number } {
  const [rtoSeconds, rpoSeconds] = [secondsOf(tags.rto), secondsOf(tags.rpo)];
  return { ...(rtoSeconds !== undefined && { rtoSeconds }), ...(rpoSeconds !== undefined && { rpoSeconds }) };
}

function secondsOf(text = ''): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})\s*([mhd])$/.exec(text.trim()) ?? [];
  const seconds = UNIT_SECONDS[unit];
  return count && seconds ? Number(count) * seconds : undefined;
}
