import type { Image, Value } from './images';

/** What a filter sees of an item. An image that is not there is absent. */
export interface FilterDocument {
  keys: Record<string, unknown>;
  old?: Record<string, unknown>;
  new?: Record<string, unknown>;
  now?: Record<string, unknown>;
  /** ISO 8601, to the millisecond. */
  writtenAt: string;
}

/** Makes the document of a filter. Images are plain JSON in it. */
export function filterDocument(
  images: { keys: Image; old?: Image; new?: Image; now?: Image },
  writtenAtMicros: number,
): FilterDocument {
  const { keys, old, new: next, now } = images;
  return {
    keys: plain(keys),
    ...(old && { old: plain(old) }),
    ...(next && { new: plain(next) }),
    ...(now && { now: plain(now) }),
    writtenAt: new Date(Math.floor(writtenAtMicros / 1000)).toISOString(),
  };
}

/** An image as plain JSON: sets are arrays, binary is base64, and a number that a double cannot hold is text. */
export function plain(image: Image): Record<string, unknown> {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: Value): unknown {
  const [type, content] = Object.entries(value)[0] ?? [];
  if (type === 'N') return plainNumber(content as string);
  if (type === 'NS') return (content as string[]).map(plainNumber);
  if (type === 'NULL') return null;
  if (type === 'L') return (content as Value[]).map(plainValue);
  if (type === 'M') return plain(content as Image);
  return content;
}

function plainNumber(text: string): number | string {
  const number = Number(text);
  return String(number) === text ? number : text;
}
