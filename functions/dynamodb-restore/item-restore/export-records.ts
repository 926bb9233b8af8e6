import { ExportDamagedError } from './errors';
import { type Image, isSameValue } from './images';

/** What one export says about one item. Times are microseconds since 1970. */
export interface ExportRecord {
  /** Which export, in the order of the plan. */
  source: number;
  keys: Image;
  /** At the period's start; absent: there was no item. */
  old?: Image;
  /** At the period's end; absent: there is no item. */
  new?: Image;
  /** The last write in the period, by DynamoDB's clock. */
  writtenAt: number;
}

const TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'];

/**
 * Reads a line of a data file. Throws ExportDamagedError for whatever is not a record of an export with both images: a
 * record that is not understood must not count as none.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 */
export function readRecord(line: string, source: number, keyNames: string[]): ExportRecord {
  const record = parse(line);
  const unknown = Object.keys(record).filter((key) => !['Metadata', 'Keys', 'OldImage', 'NewImage'].includes(key));
  if (unknown.length > 0) throw damaged(`a record has the unknown member ${unknown[0]}`);
  const { Metadata, Keys, OldImage, NewImage } = record;
  const writtenAt = (Metadata as { WriteTimestampMicros?: { N?: string } } | undefined)?.WriteTimestampMicros?.N;
  if (writtenAt === undefined || !/^\d{15,16}$/.test(writtenAt))
    throw damaged('a record has no time of its last write');
  const keys = imageIn(Keys, 'Keys');
  const isWhole = keys && Object.keys(keys).length === keyNames.length && keyNames.every((name) => keys[name]);
  if (!keys || !isWhole) throw damaged('a record has other keys than the table');
  const old = imageIn(OldImage, 'OldImage');
  const next = imageIn(NewImage, 'NewImage');
  for (const image of [old, next])
    if (image && keyNames.some((name) => !isSameValue(image[name], keys[name])))
      throw damaged('a record has an image of another item');
  return { source, keys, ...(old && { old }), ...(next && { new: next }), writtenAt: Number(writtenAt) };
}

function parse(line: string): Record<string, unknown> {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record === 'object' && record !== null && !Array.isArray(record))
      return record as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw damaged('a line is no record');
}

function imageIn(image: unknown, member: string): Image | undefined {
  if (image === undefined) return undefined;
  const isObject = typeof image === 'object' && image !== null && !Array.isArray(image);
  if (!isObject || !Object.values(image).every(isValue)) throw damaged(`a record has an unreadable ${member}`);
  return image as Image;
}

function isValue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const types = Object.keys(value);
  return types.length === 1 && TYPES.includes(types[0] ?? '');
}

function damaged(what: string): ExportDamagedError {
  return new ExportDamagedError(`The export cannot be used: ${what}. Nothing was changed.`);
}
