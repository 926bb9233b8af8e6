import { createHash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as DynamoDB's API gives it. */
export type Item = Record<string, AttributeValue>;

/**
 * A text that is the same for items that are the same to DynamoDB: sets have no order, numbers are equal by value (`1.0`
 * and `1`, to the 38 digits that DynamoDB keeps), binary by bytes, maps by key. What is in the item cannot be read from it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export function digestOf(item: Item): string {
  return createHash('sha256').update(textOfItem(item)).digest('base64');
}

/** Equal values have equal texts. Each text begins with its type, so that the number 1 is not the string "1". */
export function textOfValue(value: AttributeValue): string {
  if (value.S !== undefined) return `S${JSON.stringify(value.S)}`;
  if (value.N !== undefined) return `N${textOfNumber(value.N)}`;
  if (value.B !== undefined) return `B${textOfBytes(value.B)}`;
  if (value.BOOL !== undefined) return `BOOL${value.BOOL}`;
  if (value.NULL !== undefined) return 'NULL';
  if (value.SS !== undefined) return `SS${textOfSet(value.SS.map((member) => JSON.stringify(member)))}`;
  if (value.NS !== undefined) return `NS${textOfSet(value.NS.map(textOfNumber))}`;
  if (value.BS !== undefined) return `BS${textOfSet(value.BS.map(textOfBytes))}`;
  if (value.L !== undefined) return `L[${value.L.map(textOfValue).join()}]`;
  if (value.M !== undefined) return `M${textOfItem(value.M)}`;
  throw new Error(`An attribute value has a type that is not known: ${Object.keys(value)}`);
}

/** As `textOfValue`, for an item. */
export function textOfItem(map: Item): string {
  const names = Object.keys(map).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${textOfValue(map[name] as AttributeValue)}`).join()}}`;
}

function textOfSet(members: string[]): string {
  return `[${[...members].sort().join()}]`;
}

function textOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** A decimal number as sign, digits without zeros at the ends, and power of ten: exact, other than JavaScript's numbers. */
export function textOfNumber(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return '0';
  return `${sign === '-' ? '-' : ''}${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
}
