import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { give, readCommandLine } from '../cli/command-line';
import { printStateMachine } from './format/state-machine';

const FOLDER = 'statemachines';

/** Part of `npm run format`: writes the state machines in their layout; with `--check`, part of `npm run lint`. */
function main(): void {
  const program = new Command('node scripts/start.cjs scripts/format.ts')
    .description('Writes the state machines in their layout.')
    .option('--check', 'only compare', false);
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) {
    give(answer);
    return;
  }
  for (const path of readdirSync(FOLDER).map((file) => `${FOLDER}/${file}`)) {
    const text = readFileSync(path, 'utf8');
    const printed = printStateMachine(JSON.parse(text));
    if (printed === text) continue;
    if (program.opts().check) {
      console.error(`${path} is not in the layout of the state machines: run \`npm run format\`.`);
      process.exitCode = 1;
    } else {
      writeFileSync(path, printed);
      console.log(`${path} written`);
    }
  }
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
