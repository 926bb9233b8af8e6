import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { give, readCommandLine } from '../cli/command-line';
import { madeFromRequest } from './worker-request/made';

/** `npm run worker-request`: makes what follows from worker/request.json. */
function main(): void {
  const program = new Command('npm run worker-request --').description(
    'Makes what follows from worker/request.json: the types, and the table in the documentation.',
  );
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) {
    give(answer);
    return;
  }
  for (const { file, text } of madeFromRequest()) {
    if (text === readFileSync(file, 'utf8')) continue;
    writeFileSync(file, text);
    console.log(`${file} written`);
  }
}

main();
