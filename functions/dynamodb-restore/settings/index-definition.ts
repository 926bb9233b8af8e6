import { isDeepStrictEqual } from 'node:util';
import type { Projection } from '@aws-sdk/client-dynamodb';
import { keysOf } from '../../shared/tables/compare-tables';
import type { TableSchema } from './table-schema';

type Index = Pick<TableSchema['localIndexes'][number], 'keySchema' | 'projection'>;

/** What an index is: keys with their types, and projection. Attributes of a projection have no order. */
export function definitionOf(
  { keySchema, projection }: Index,
  AttributeDefinitions: TableSchema['attributeDefinitions'],
): { keys: string; projection: Projection } {
  const { ProjectionType, NonKeyAttributes } = (projection ?? {}) as Projection;
  return {
    keys: keysOf({ KeySchema: keySchema, AttributeDefinitions }),
    projection: { ProjectionType, ...(NonKeyAttributes && { NonKeyAttributes: [...NonKeyAttributes].sort() }) },
  };
}

/** Whether two indexes have the same keys, with their types, and the same projection. */
export function isSameIndex(
  index: Index,
  definitions: TableSchema['attributeDefinitions'],
  other: Index,
  otherDefinitions: TableSchema['attributeDefinitions'],
): boolean {
  return isDeepStrictEqual(definitionOf(index, definitions), definitionOf(other, otherDefinitions));
}
