import type { Projection } from '@aws-sdk/client-dynamodb';
import { keysOf } from '../compare-tables';
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
