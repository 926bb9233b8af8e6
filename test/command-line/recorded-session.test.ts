import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalAccount } from './local-account';
import { hasTerminal, Terminal } from './terminal';

const PAGE = join(__dirname, '../../docs/command-line.md');
/** The session is the block after this heading. */
const BLOCK = /(### A recorded session\n[\s\S]*?```\n)([\s\S]*?)(\n```)/;
const COLUMNS = 120;

jest.setTimeout(240_000);

const describeRecording = hasTerminal ? describe : describe.skip;

/**
 * The session that docs/command-line.md shows, typed anew. It fails when the console shows something else by now:
 * `RECORD=1 npx jest -i test/command-line/recorded-session.test.ts` writes it into the page.
 */
describeRecording('The recorded session in docs/command-line.md', () => {
  let account: LocalAccount;
  let console: Terminal;

  beforeAll(async () => {
    account = await LocalAccount.serve({ minutesPerSecond: 5 });
  });
  afterAll(() => account.stop());
  afterEach(() => console.close());

  it('is what the console shows', async () => {
    console = new Terminal([process.execPath, account.command, 'dynamodb'], account.environment(), COLUMNS);
    await console.answers('What shall be done?', '1');
    await console.answers('Which table?', 'ParksAr');
    await console.answers('To which time?', '2026-11-20 22:44:00');
    await console.answers('Restore ParksAr, as it was at', 'y');
    await console.answers('ParksAr has deletion protection.', 'y');
    await console.answers('DELETE ParksAr and restore it?', 'ParksAr');
    await console.sees('SUCCEEDED');
    await console.answers('Remove the duplicate and its backup?', 'y');
    await console.sees('and its backup are gone');
    await console.answers('What shall be done?', 'exit');
    expect(await console.exitCode).toBe(0);

    const shown = console.screen.lines.join('\n').trim();
    const page = readFileSync(PAGE, 'utf8');
    if (process.env.RECORD)
      writeFileSync(
        PAGE,
        page.replace(BLOCK, (_all, before, _old, after) => before + shown + after),
      );
    const [, , recorded = ''] = BLOCK.exec(readFileSync(PAGE, 'utf8')) ?? [];
    expect(withoutChance(recorded)).toEqual(withoutChance(shown));
  });
});

/** Times, ids and names of runs differ each time, and how often a step is looked at. */
function withoutChance(session: string): string[] {
  const lines = session
    .replaceAll(/\d\d:\d\d:\d\d/g, 'TIME')
    .replaceAll(/[A-Z][a-z]{2}-\d\d-\d{4}-\d\d-\d\d-\d\d/g, 'STAMP')
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE')
    .replaceAll(/backup\/\d+-[0-9a-f]+/g, 'backup/ID')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/\S+-\d{8}-\d{6}-\w{4}/g, 'RUN')
    .replaceAll(/-[0-9A-Z]{12}\b/g, '-SUFFIX')
    .replaceAll(/(\d+[hms] ?)+/g, 'DURATION')
    .replaceAll(/\d+ s\b/g, 'DURATION')
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' ').trimEnd());
  return lines.filter((line, index) => line !== lines[index - 1]);
}
