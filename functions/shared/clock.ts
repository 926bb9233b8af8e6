/** Seconds since 1970, whole: the unit of every time that the suite stores (and what DynamoDB's TTL needs). */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** ISO 8601 in UTC, for people and records. */
export function isoTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z');
}

export function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
