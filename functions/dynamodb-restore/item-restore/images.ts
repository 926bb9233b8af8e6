import type { AttributeValue } from '@aws-sdk/client-dynamodb';

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

/**
 * A text that is the same for values that DynamoDB calls equal: the order of attributes and of members of sets does not
 * matter, and numbers are compared as numbers.
 */
function textOfValue(value: Value): string {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  return `${type}:${textOfContent(type, content)}`;
}

function textOfContent(type: string, content: unknown): string {
  switch (type) {
    case 'N':
      return plainNumber(content as string);
    case 'NS':
      return JSON.stringify((content as string[]).map(plainNumber).sort());
    case 'SS':
    case 'BS':
      return JSON.stringify([...(content as string[])].sort());
    case 'L':
      return JSON.stringify((content as Value[]).map(textOfValue));
    case 'M':
      return textOf(content as Image);
    default:
      return JSON.stringify(content);
  }
}

/** As `textOfValue`, for an image. */
export function textOf(image: Image): string {
  const names = Object.keys(image).sort();
  return JSON.stringify(names.map((name) => [name, textOfValue(image[name] as Value)]));
}

/** Whether two images are the same item; two that are not there are the same. */
export function isSameImage(left: Image | undefined, right: Image | undefined): boolean {
  return left && right ? textOf(left) === textOf(right) : left === right;
}

/** As `isSameImage`, for two values. */
export function isSameValue(left: Value | undefined, right: Value | undefined): boolean {
  return left && right ? textOfValue(left) === textOfValue(right) : left === right;
}

/** The names of the attributes that differ between two images, in their order. */
export function differingNames(left: Image, right: Image): string[] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].filter((name) => !isSameValue(left[name], right[name])).sort();
}

/** Digits without superfluous zeros and an exponent: `1.50`, `15e-1` and `+1.5` are one number. */
function plainNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}

/** What DynamoDB counts for an item, roughly: its JSON without the type descriptors is not shorter. */
export function bytesOf(image: Image | undefined): number {
  return image ? Buffer.byteLength(JSON.stringify(image)) : 0;
}
