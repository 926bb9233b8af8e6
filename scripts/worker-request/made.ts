import { readFileSync } from 'node:fs';
import { readSchema } from './schema';
import { insertTable } from './table';
import { requestTypes } from './types';

const TYPES = 'functions/efs-to-efs/worker-request.ts';
const PAGE = 'docs/efs-to-efs.md';

/** The files that follow from worker/request.json, as they should be. */
export function madeFromRequest(): { file: string; text: string }[] {
  const schema = readSchema();
  return [
    { file: TYPES, text: requestTypes(schema) },
    { file: PAGE, text: insertTable(readFileSync(PAGE, 'utf8'), schema) },
  ];
}
