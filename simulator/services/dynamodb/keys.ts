import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { invalidParameters, validation } from './errors';
import type { KeyNames } from './items';
import type { Table } from './table';
import { type Item, normaliseItem, typeOf } from './values';

const MISMATCH = 'The provided key element does not match the schema';

/** The names of a key's attributes, the partition key first. */
export function namesOf(key: KeyNames): string[] {
  return key.sort === undefined ? [key.partition] : [key.partition, key.sort];
}

/** Checks the `Key` of a request and gives it in DynamoDB's own form. */
export function checkKey(table: Table, given: Item): Item {
  const key = normaliseItem(given);
  const names = namesOf(table.key);
  if (Object.keys(key).length !== names.length) throw validation(MISMATCH);
  for (const name of names) {
    const value = key[name];
    if (!value || typeOf(value) !== table.keyType(name)) throw validation(MISMATCH);
    checkKeyValue(table, name, value);
  }
  return key;
}

/** Checks the keys of an item that is about to be stored, those of the indexes too. */
export function checkItemKeys(table: Table, item: Item): void {
  for (const name of namesOf(table.key)) {
    const value = item[name];
    if (!value) throw invalidParameters(`Missing the key ${name} in the item`);
    if (typeOf(value) !== table.keyType(name)) {
      throw invalidParameters(
        `Type mismatch for key ${name} expected: ${table.keyType(name)} actual: ${typeOf(value)}`,
      );
    }
    checkKeyValue(table, name, value);
  }
  checkIndexKeys(table, item);
}

/** An item may lack an index's key, but what it has must be of the right type. */
export function checkIndexKeys(table: Table, item: Item): void {
  for (const index of table.indexes) {
    for (const name of namesOf(index.key)) {
      const value = item[name];
      if (!value) continue;
      if (typeOf(value) !== table.keyType(name)) {
        throw invalidParameters(
          `Type mismatch for Index Key ${name} Expected: ${table.keyType(name)} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      }
      if (value.S === '') {
        throw validation(
          'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
            `The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index.name}, IndexKey: ${name}`,
        );
      }
    }
  }
}

function checkKeyValue(table: Table, name: string, value: AttributeValue): void {
  if (value.S === '' || value.B?.byteLength === 0) {
    throw validation(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
        `${value.S === '' ? 'string' : 'binary'} value. Key: ${name}`,
    );
  }
  const bytes = value.S !== undefined ? Buffer.byteLength(value.S) : (value.B?.byteLength ?? 0);
  if (name === table.key.partition && bytes > 2048) {
    throw invalidParameters('Size of hashkey has exceeded the maximum size limit of2048 bytes');
  }
  if (name === table.key.sort && bytes > 1024) {
    throw invalidParameters('Aggregated size of all range keys has exceeded the size limit of 1024 bytes');
  }
}

/** An expression may name a key attribute, but never a part of one. */
export function checkNestedHeads(table: Table, heads: string[]): void {
  if (heads.length === 0) return;
  const refuse = (kind: string, name: string) =>
    validation(
      `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${kind}: ${name}`,
    );
  for (const name of namesOf(table.key)) if (heads.includes(name)) throw refuse('Key', name);
  for (const index of table.indexes) {
    for (const name of namesOf(index.key)) if (heads.includes(name)) throw refuse('IndexKey', name);
  }
}
