import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { textOfItem, textOfValue } from '../../shared/tables/compare-items';

/** A value in DynamoDB JSON, as exports have it: one type descriptor, binary values in base64. */
export type Value = { [type: string]: unknown };

/** An item, or a part of one, in DynamoDB JSON. It can be kept as JSON and compared as it is. */
export type Image = Record<string, Value>;

/** The SDK's form of an image. */
export function toAttributes(image: Image): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, toAttribute(value)]));
}

export function toAttribute(value: Value): AttributeValue {
  const [type, content] = Object.entries(value)[0] ?? [];
  if (type === 'B') return { B: Buffer.from(content as string, 'base64') };
  if (type === 'BS') return { BS: (content as string[]).map((text) => Buffer.from(text, 'base64')) };
  if (type === 'L') return { L: (content as Value[]).map(toAttribute) };
  if (type === 'M') return { M: toAttributes(content as Image) };
  return value as unknown as AttributeValue;
}

/** The image of what the SDK has read. */
export function imageOf(item: Record<string, AttributeValue>): Image {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueIn(value)]));
}

function valueIn(value: AttributeValue): Value {
  if (value.B) return { B: base64(value.B) };
  if (value.BS) return { BS: value.BS.map(base64) };
  if (value.L) return { L: value.L.map(valueIn) };
  if (value.M) return { M: imageOf(value.M) };
  return value as unknown as Value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Whether two images are the same item; two that are not there are the same. */
export function isSameImage(left: Image | undefined, right: Image | undefined): boolean {
  return left && right ? textOfItem(toAttributes(left)) === textOfItem(toAttributes(right)) : left === right;
}

/** As `isSameImage`, for two values. */
export function isSameValue(left: Value | undefined, right: Value | undefined): boolean {
  return left && right ? textOfValue(toAttribute(left)) === textOfValue(toAttribute(right)) : left === right;
}

/** The names of the attributes that differ between two images, in their order. */
export function differingNames(left: Image, right: Image): string[] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].filter((name) => !isSameValue(left[name], right[name])).sort();
}

/** What DynamoDB counts for an item, roughly: its JSON without the type descriptors is not shorter. */
export function bytesOf(image: Image | undefined): number {
  return image ? Buffer.byteLength(JSON.stringify(image)) : 0;
}
