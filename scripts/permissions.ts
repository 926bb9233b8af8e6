import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { give, readCommandLine } from '../cli/command-line';
import { differencesOf } from './permissions/compare';
import { grantsOf } from './permissions/grants';
import { renderPermissions } from './permissions/page';
import { problemsOfUse } from './permissions/use';

const PAGE = 'docs/permissions.md';

/** `npm run permissions`: writes what each role of the stack may do into docs/permissions.md. */
function main(): void {
  const program = new Command('npm run permissions --')
    .description(`Writes what each role of the stack may do into ${PAGE}.`)
    .option('--check', 'only compare', false)
    .option('--against <FILE>', 'print what roles may do more or less than in another template, and do nothing else')
    .option(
      '--used <FOLDER>',
      'also ask whether runs of the tests needed all of it, and nothing else: PERMISSIONS_LOG=FOLDER npm test',
    );
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) {
    give(answer);
    return;
  }
  const values = program.opts();
  const grants = grantsOf('template.yaml');
  if (values.against !== undefined) {
    const differences = differencesOf(grantsOf(values.against), grants);
    console.log([...differences, `${differences.length} differences`].join('\n'));
    return;
  }
  const page = renderPermissions(grants);
  const problems = values.used === undefined ? [] : problemsOfUse(grants, readLogs(values.used));
  if (values.check && readFileSync(PAGE, 'utf8') !== page) problems.push(`${PAGE} is out of date: npm run permissions`);
  if (!values.check) writeFileSync(PAGE, page);
  for (const problem of problems) console.log(problem);
  console.log(`${grants.length} grants, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

function readLogs(folder: string) {
  const logs = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  return {
    used: new Set<string>(logs.flatMap(({ used }) => used)),
    refused: logs.flatMap(({ refused }) => refused),
  };
}

main();
