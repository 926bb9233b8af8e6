import { readFileSync, writeFileSync } from 'node:fs';
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

if (require.main === module) writeFileSync(DOUBTS_PAGE, doubtsPage(readFileSync(DOUBTS_PAGE, 'utf8')));
