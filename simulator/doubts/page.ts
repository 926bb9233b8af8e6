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

/** The doubts that no run has met, of runs that left `["DOUBT BEHAVIOUR", …]` in the files (JSON) of a folder. */
function notMet(folder: string): string[] {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const met = new Set(files.flatMap((text) => JSON.parse(text) as string[]).map((line) => line.split(' ')[0]));
  return Object.keys(DOUBTS).filter((name) => !met.has(name));
}

/** `npm run doubts -w simulated-aws`: writes the page; with `-- --met FOLDER`: fails if runs met not all doubts. */
function main([option, folder = '']: string[]): void {
  if (option !== '--met') {
    writeFileSync(DOUBTS_PAGE, doubtsPage(readFileSync(DOUBTS_PAGE, 'utf8')));
    return;
  }
  const left = notMet(folder);
  for (const name of left) console.log(`No run meets ${name}: a test should, or the doubt should go.`);
  console.log(`${Object.keys(DOUBTS).length - left.length} of ${Object.keys(DOUBTS).length} doubts were met`);
  process.exitCode = left.length > 0 ? 1 : 0;
}

if (require.main === module) main(process.argv.slice(2));
