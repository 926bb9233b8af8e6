import type { KeySchemaElement, TableDescription } from '@aws-sdk/client-dynamodb';
import { keysOf } from '../shared/tables/compare-tables';
import type { Finding } from './restore-test-run';

/** Keys and indexes of a restored table, against those that the source has now. */
export function compareSchemas(restored: TableDescription, source: TableDescription): Finding[] {
  const [here, there] = [indexesOf(restored), indexesOf(source)];
  const lost = Object.keys(there).filter((name) => here[name] === undefined);
  const other = Object.keys(there).filter((name) => here[name] !== undefined && here[name] !== there[name]);
  const isKeyed = keysOf(restored) === keysOf(source);
  return [
    {
      check: 'keys',
      result: isKeyed ? keysOf(restored) : `${keysOf(restored)} instead of ${keysOf(source)}`,
      isBad: !isKeyed,
    },
    {
      check: 'indexes',
      result:
        lost.length + other.length === 0
          ? `${Object.keys(here).length} as in the source`
          : [
              ...lost.map((name) => `${name} is missing (lost, or made after the backup)`),
              ...other.map((name) => `${name} is another one`),
            ].join('; '),
      isBad: lost.length + other.length > 0,
    },
  ];
}

/** Indexes by name, as text: keys and projection. */
function indexesOf({ GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] }: TableDescription) {
  const indexes = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes];
  return Object.fromEntries(
    indexes.map(({ IndexName = '', KeySchema, Projection }) => [
      IndexName,
      `${textOf(KeySchema)} ${Projection?.ProjectionType} ${[...(Projection?.NonKeyAttributes ?? [])].sort().join()}`,
    ]),
  );
}

function textOf(keys: KeySchemaElement[] = []): string {
  return keys.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join();
}
