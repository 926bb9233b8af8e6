import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalAccount } from './local-account';

const PAGE = join(__dirname, '../../docs/first-ten-minutes.md');
const BLOCK = /(?<=```console\n)[\s\S]*?(?=```)/g;
/** How far a job is depends on the moment of the look, and so does what the account has logged meanwhile. */
const PROGRESS = / \d+(\.\d+)? %/;

jest.setTimeout(240_000);

describe('The first ten minutes that docs/first-ten-minutes.md shows', () => {
  let account: LocalAccount;

  beforeAll(async () => {
    account = await LocalAccount.serve({ minutesPerSecond: 30 });
  });
  afterAll(() => account.stop());

  it('are what comes when one types what the page says', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const typed = page.replaceAll(BLOCK, (block) => commandsOf(block).map(answer).join(''));
    if (process.env.RECORD) writeFileSync(PAGE, typed);
    expect(withoutChance(readFileSync(PAGE, 'utf8'))).toEqual(withoutChance(typed));
  });

  function answer(command: string): string {
    const { stdout, stderr } = account.run([...wordsOf(command), '--port', String(account.port)]);
    return `$ ${command}\n${stdout}${stderr}`;
  }
});

const commandsOf = (block: string) => block.split('\n').flatMap((line) => /^\$ (.*)$/.exec(line)?.[1] ?? []);

/** The words of a command of the page after its own name, with what is quoted as one; `--local` is the test's own port. */
function wordsOf(command: string): string[] {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return words.slice(1).filter((word) => word !== '--local');
}

function withoutChance(page: string): string[] {
  const lines = page
    // What did not fit into a line goes on in the next.
    .replaceAll(/\n {20,}/g, ' ')
    .replaceAll(/[A-Z][a-z]{2}-\d\d-\d{4}-\d\d-\d\d-\d\d/g, 'STAMP')
    .replaceAll(/\d\d:\d\d(:\d\d)?/g, 'TIME')
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/-[0-9A-Z]{12}\b/g, '-SUFFIX')
    .replaceAll(/(\b\d+[dhms]\b ?)+/g, 'DURATION ')
    .replaceAll(/\b\d+ d\b/g, 'DURATION ')
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' ').trimEnd());
  return lines.filter((line, index) => line !== lines[index - 1] && !PROGRESS.test(line));
}
