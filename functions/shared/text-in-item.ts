/** What texts may take of an item of DynamoDB (400 KB); the rest is for ids and times. */
const ROOM_BYTES = 200_000;
const MOST_BYTES = 1500;
const CUT = ' …';

/** A text that fits into one item together with `count` others of its kind, such as one of each instance of a group. */
export function textInItem(text: string, count: number): string {
  const room = Math.min(MOST_BYTES, Math.floor(ROOM_BYTES / Math.max(1, count)));
  const bytes = Buffer.byteLength(text);
  return bytes <= room ? text : firstBytes(text, room - Buffer.byteLength(CUT)) + CUT;
}

/** The beginning of a text, at most `limit` bytes of UTF-8, with no half character at its end. */
export function firstBytes(text: string, limit: number): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(text).subarray(0, limit), { stream: true });
}
