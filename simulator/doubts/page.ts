import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOUBTS, type Doubt } from './list';

/** The page about all doubts. */
export const DOUBTS_PAGE = join(__dirname, '..', 'docs', 'doubts.md');
const BEGIN = '<!-- doubts: written by `npm run doubts -w simulated-aws` -->';

/** The text of the page, with the list of doubts as it is now. */
export function doubtsPage(text: string): string {
  const head = text.slice(0, text.indexOf(BEGIN) + BEGIN.length);
  const rows = Object.entries<Doubt>(DOUBTS)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, { question, behaviours, worst }]) => {
      const lines = Object.entries(behaviours).map(
        ([behaviour, why]) => `* \`${behaviour}\`${behaviour === worst ? ' (the default)' : ''}: ${why}`,
      );
      return `### \`${name}\`\n\n${question}\n\n${lines.join('\n')}\n`;
    });
  return `${head}\n\n${rows.join('\n')}`;
}

/** The behaviours (`DOUBT BEHAVIOUR`) that no run has met, of runs that left lists of those in the files (JSON) of a folder. */
export function notMet(folder: string): string[] {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const met = new Set(files.flatMap((text) => JSON.parse(text) as string[]));
  return allBehaviours().filter((behaviour) => !met.has(behaviour));
}

function allBehaviours(): string[] {
  return Object.entries<Doubt>(DOUBTS).flatMap(([name, { behaviours }]) =>
    Object.keys(behaviours).map((behaviour) => `${name} ${behaviour}`),
  );
}

/** `npm run doubts -w simulated-aws`: writes the page; with `-- --met FOLDER`: fails if runs met not every behaviour. */
function main([option, folder = '']: string[]): void {
  if (option !== '--met') {
    writeFileSync(DOUBTS_PAGE, doubtsPage(readFileSync(DOUBTS_PAGE, 'utf8')));
    return;
  }
  const left = notMet(folder);
  for (const behaviour of left) console.log(`No run meets ${behaviour}: a test should, or the doubt should go.`);
  const count = allBehaviours().length;
  const doubts = Object.keys(DOUBTS).length;
  console.log(`${count - left.length} of ${count} behaviours of ${doubts} doubts were met`);
  process.exitCode = left.length > 0 ? 1 : 0;
}

if (require.main === module) main(process.argv.slice(2));
