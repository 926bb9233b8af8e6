import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { give, readCommandLine } from '../cli/command-line';
import type { Definition } from '../simulator/asl/definition';
import { insertDiagrams } from './diagrams/insert';
import { drawStateMachine } from './diagrams/mermaid';

const EXTENSION = '.asl.json';

/** `npm run diagrams`: draws the state machines into the pages that have a place for them. */
function main(): void {
  const program = new Command('npm run diagrams --')
    .description('Draws the state machines into the pages that have a place for them.')
    .option('--check', 'only compare', false);
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) {
    give(answer);
    return;
  }
  const diagrams = readDiagrams();
  const pages = ['README.md', ...readdirSync('docs').map((file) => `docs/${file}`)].filter((path) =>
    path.endsWith('.md'),
  );
  for (const path of pages) {
    const page = readFileSync(path, 'utf8');
    const drawn = insertDiagrams(page, diagrams);
    if (drawn === page) continue;
    if (program.opts().check) {
      console.error(`The diagrams in ${path} are out of date: run \`npm run diagrams\`.`);
      process.exitCode = 1;
    } else {
      writeFileSync(path, drawn);
      console.log(`${path} written`);
    }
  }
}

function readDiagrams(): Record<string, string> {
  const files = readdirSync('statemachines').filter((file) => file.endsWith(EXTENSION));
  return Object.fromEntries(
    files.map((file) => {
      const definition: Definition = JSON.parse(readFileSync(`statemachines/${file}`, 'utf8'));
      return [file.slice(0, -EXTENSION.length), drawStateMachine(definition)];
    }),
  );
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
