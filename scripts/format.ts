import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printStateMachine } from './format/state-machine';

const FOLDER = 'statemachines';

/** Part of `npm run format`: writes the state machines in their layout. `--check`, in `npm run lint`, only compares. */
function main(): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  for (const path of readdirSync(FOLDER).map((file) => `${FOLDER}/${file}`)) {
    const text = readFileSync(path, 'utf8');
    const printed = printStateMachine(JSON.parse(text));
    if (printed === text) continue;
    if (values.check) {
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
