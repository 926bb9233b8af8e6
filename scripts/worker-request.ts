import { readFileSync, writeFileSync } from 'node:fs';
import { madeFromRequest } from './worker-request/made';

/** `npm run worker-request`: makes what follows from worker/request.json: the types, and the table in the documentation. */
for (const { file, text } of madeFromRequest()) {
  if (text === readFileSync(file, 'utf8')) continue;
  writeFileSync(file, text);
  console.log(`${file} written`);
}
