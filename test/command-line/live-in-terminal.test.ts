import { LocalAccount } from './local-account';
import { hasTerminal, Terminal } from './terminal';

const FLEET = ['start', 'pre-post-backup', '--input', 'events/pre-post-backup.json', '--follow'];

jest.setTimeout(180_000);

// Without a pseudo-terminal there is none to show anything in.
const describeTerminal = hasTerminal ? describe : describe.skip;

describeTerminal('What changes while one looks, in a terminal', () => {
  let account: LocalAccount;
  let terminal: Terminal | undefined;

  beforeAll(async () => {
    account = await LocalAccount.serve({ minutesPerSecond: 10 });
  });
  afterEach(() => terminal?.close());
  afterAll(() => account.stop());

  function open(columns: number, ...args: string[]): Terminal {
    const command = [process.execPath, account.command, ...args, '--port', String(account.port)];
    terminal = new Terminal(command, account.environment(), columns);
    return terminal;
  }

  it('is drawn anew at the width that the window gets, and no row of a fleet is broken', async () => {
    // Prepare
    const followed = open(120, ...FLEET, '--name', 'resized');
    await followed.sees(/web-1 .*backing up/);

    // Act
    followed.resize(60);
    await followed.sees(/web-1 .*backing up/);
    const narrow = followed.screen.lines.filter((line) => /i-0a1b2c3d4e5f6000\d/.test(line));
    followed.resize(110);
    await followed.sees('SUCCEEDED');

    // Assess
    expect(narrow).toHaveLength(5);
    for (const line of narrow) expect(line.length).toBeLessThan(60);
    expect(await followed.exitCode).toBe(0);
    const rows = followed.screen.lines.filter((line) => line.includes('i-0a1b2c3d4e5f60001'));
    expect(rows).toHaveLength(1);
  });

  it('shows each run and its end in a list that is watched, until Ctrl-C', async () => {
    // Prepare
    const watched = open(120, 'list', '--watch');
    await watched.sees('started');

    // Act
    account.run([...FLEET.slice(0, -1), '--name', 'seen', '--port', String(account.port)]);
    await watched.sees(/in progress.*seen/);
    await watched.sees(/SUCCEEDED.*seen/);
    watched.types('\u0003');

    // Assess
    expect([0, 130]).toContain(await watched.exitCode);
    expect(await watched.isOver()).toBe(true);
  });
});
