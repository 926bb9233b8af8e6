import { readFileSync } from 'node:fs';

export const SCHEMA_FILE = 'worker/request.json';
const REFERENCE = /^#\/\$defs\/(\w+)$/;

/** What of JSON Schema is used in worker/request.json. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  description?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  enum?: (string | boolean)[];
  type?: 'string' | 'boolean' | 'integer' | 'number' | 'array' | 'object';
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
}

/** The definition of a request to the worker. */
export function readSchema(): Schema {
  return JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'));
}

/** The name of the definition that a schema refers to. */
export function referenceOf({ $ref = '' }: Schema): string {
  return REFERENCE.exec($ref)?.[1] ?? '';
}

/** The definition that a schema refers to, or the schema itself. */
export function resolved(schema: Schema, { $defs = {} }: Schema): Schema {
  return schema.$ref === undefined ? schema : ($defs[referenceOf(schema)] ?? {});
}
