import { readFileSync } from 'node:fs';
import { madeFromRequest } from '../worker-request/made';
import { SCHEMA_FILE } from '../worker-request/schema';
import type { Finding } from './project';

/** What does not say of a request to the worker what worker/request.json says. */
export function workerRequest(): Finding[] {
  const stale = madeFromRequest().filter(({ file, text }) => text !== readFileSync(file, 'utf8'));
  return stale.map(({ file }) => ({
    file,
    line: 1,
    rule: 'worker-request',
    message: `is not what ${SCHEMA_FILE} says: run \`npm run worker-request\``,
  }));
}
