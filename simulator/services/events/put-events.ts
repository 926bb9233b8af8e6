import type { PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-cloudwatch-events';

const ENTRY_LIMIT_BYTES = 256 * 1024;

/** The size of an entry as EventBridge counts it. */
function entrySize(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), entry.Time ? 14 : 0);
}

/** Why an entry is refused, or undefined when it becomes an event. */
export function entryProblem(entry: PutEventsRequestEntry): PutEventsResultEntry | undefined {
  for (const [name, value] of Object.entries({
    Source: entry.Source,
    DetailType: entry.DetailType,
    Detail: entry.Detail,
  }))
    if (!value)
      return problem('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  if (entry.Source?.startsWith('aws.'))
    return problem('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (!isJsonObject(entry.Detail ?? '')) return problem('MalformedDetail', 'Detail is malformed.');
  return undefined;
}

/** Whether a request is within the limit, which holds for all its entries together. */
export function isTooLarge(entries: PutEventsRequestEntry[]): boolean {
  return entries.reduce((sum, entry) => sum + entrySize(entry), 0) >= ENTRY_LIMIT_BYTES;
}

function problem(ErrorCode: string, ErrorMessage: string): PutEventsResultEntry {
  return { ErrorCode, ErrorMessage };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
