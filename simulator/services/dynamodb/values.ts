import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import Big from 'big.js';
import { invalidParameters, validation } from './errors';

/** An item as it is stored: never changed in place, so that copies of a table can share it. */
export type Item = Record<string, AttributeValue>;

export type ValueType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

const TYPES = new Set<string>(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']);
const PLAIN_INTEGER = /^(0|-?[1-9][0-9]{0,14})$/;
const SURROGATE = /[\ud800-\udfff]/;
const MAX_DEPTH = 32;

/** The data type descriptor of a value. */
export function typeOf(value: AttributeValue): ValueType {
  for (const key in value) if (TYPES.has(key)) return key as ValueType;
  throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

/** A copy of `value` in DynamoDB's own form (numbers without superfluous digits), or a ValidationException. */
export function normalise(value: AttributeValue, depth = 0): AttributeValue {
  if (depth > MAX_DEPTH) throw validation('Nesting Levels have exceeded supported limits');
  const type = typeOf(value);
  if (Object.keys(value).length > 1) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: normaliseNumber(value.N) };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.M) return { M: normaliseMembers(value.M, depth + 1) };
  if (value.L) return { L: value.L.map((member) => normalise(member, depth + 1)) };
  if (value.B) return { B: value.B };
  if (value.NULL !== undefined) {
    if (!value.NULL) throw invalidParameters('Null attribute value types must have the value of true');
    return { NULL: true };
  }
  return normaliseSet(value, type);
}

/** As `normalise`, for each attribute of an item. */
export function normaliseItem(item: Item): Item {
  return normaliseMembers(item, 0);
}

function normaliseMembers(members: Item, depth: number): Item {
  const copy: Item = {};
  for (const name in members) copy[name] = normalise(members[name] as AttributeValue, depth);
  return copy;
}

function normaliseSet(value: AttributeValue, type: ValueType): AttributeValue {
  const members = setMembers(value);
  if (members.length === 0) {
    throw invalidParameters(
      type === 'BS'
        ? 'Binary sets should not be empty'
        : `An ${type === 'SS' ? 'string' : 'number'} set  may not be empty`,
    );
  }
  if (value.SS) {
    if (new Set(value.SS).size < value.SS.length) {
      throw invalidParameters(`Input collection [${value.SS.join(', ')}] contains duplicates.`);
    }
    return { SS: [...value.SS] };
  }
  if (value.NS) {
    const numbers = value.NS.map(normaliseNumber);
    if (new Set(numbers).size < numbers.length) throw validation('Input collection contains duplicates');
    return { NS: numbers };
  }
  const binaries = value.BS ?? [];
  if (new Set(binaries.map(binaryText)).size < binaries.length) {
    throw invalidParameters(`Input collection [${binaries.map(binaryText).join(', ')}]of type BS contains duplicates.`);
  }
  return { BS: [...binaries] };
}

/** DynamoDB's form of a number: up to 38 digits, no exponent, no superfluous zeros. */
function normaliseNumber(text: string): string {
  if (PLAIN_INTEGER.test(text)) return text;
  if (!text) throw validation('The parameter cannot be converted to a numeric value');
  let number: Big;
  try {
    number = new Big(text);
  } catch {
    throw validation(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  if (number.e > 125) {
    throw validation('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (number.e < -130) {
    throw validation('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  if (number.c.length > 38) throw validation('Attempting to store more than 38 significant digits in a Number');
  return number.c[0] === 0 ? '0' : number.toFixed();
}

/** `left + right`, or `left - right` for `sign` -1, as exactly as DynamoDB computes. */
export function addNumbers(left: string, right: string, sign: 1 | -1): string {
  const sum = sign === 1 ? new Big(left).plus(right) : new Big(left).minus(right);
  return normaliseNumber(sum.toFixed());
}

/** Below 0, 0 or above 0; only for two values of the same type that has an order: S, N and B. */
export function compareValues(left: AttributeValue, right: AttributeValue): number {
  if (left.S !== undefined && right.S !== undefined) return compareText(left.S, right.S);
  if (left.N !== undefined && right.N !== undefined) return compareNumbers(left.N, right.N);
  if (left.B && right.B) return Buffer.compare(left.B, right.B);
  return 0;
}

function compareNumbers(left: string, right: string): number {
  if (left === right) return 0;
  return left.length < 15 && right.length < 15 ? Number(left) - Number(right) : new Big(left).cmp(right);
}

/** In the order of the UTF-8 bytes; JavaScript's own order differs beyond the basic plane. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  if (SURROGATE.test(left) || SURROGATE.test(right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : 1;
}

/** Whether two values are the same to `=`: the order in a set does not matter, that in a list does. */
export function equalValues(left: AttributeValue, right: AttributeValue): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  switch (type) {
    case 'S':
      return left.S === right.S;
    case 'N':
      return left.N === right.N;
    case 'BOOL':
      return left.BOOL === right.BOOL;
    case 'NULL':
      return true;
    case 'B':
      return compareValues(left, right) === 0;
    case 'L':
      return equalLists(left.L ?? [], right.L ?? []);
    case 'M':
      return equalItems(left.M ?? {}, right.M ?? {});
    default: {
      const members = new Set(setMembers(left));
      const others = setMembers(right);
      return members.size === others.length && others.every((member) => members.has(member));
    }
  }
}

function equalLists(left: AttributeValue[], right: AttributeValue[]): boolean {
  return (
    left.length === right.length && left.every((value, index) => equalValues(value, right[index] as AttributeValue))
  );
}

/** Whether two items have the same attributes with the same values. */
export function equalItems(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => {
      const [one, other] = [left[name], right[name]];
      return one !== undefined && other !== undefined && equalValues(one, other);
    })
  );
}

/** The members of a set as text that is equal for equal members; binary members in base64. */
export function setMembers(value: AttributeValue): string[] {
  return value.SS ?? value.NS ?? value.BS?.map(binaryText) ?? [];
}

export function binaryText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The size of an item in bytes, as DynamoDB counts it for its limits. */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name in item) size += Buffer.byteLength(name) + valueSize(item[name] as AttributeValue);
  return size;
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.M) return 3 + Object.keys(value.M).length + itemSize(value.M);
  if (value.L) return 3 + value.L.reduce((sum, member) => sum + 1 + valueSize(member), 0);
  if (value.B) return value.B.byteLength;
  if (value.SS) return value.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
  if (value.NS) return value.NS.reduce((sum, member) => sum + numberSize(member), 0);
  if (value.BS) return value.BS.reduce((sum, member) => sum + member.byteLength, 0);
  return 1;
}

/** One byte for two digits, and one more; leading and trailing zeros are free. */
function numberSize(text: string): number {
  const digits = text.replace('.', '').replace(/^-?0*/, '').replace(/0+$/, '').length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}
