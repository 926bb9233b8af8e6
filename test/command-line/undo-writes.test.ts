import { readFileSync } from 'node:fs';
import { LocalAccount } from './local-account';

const world = {
  ...JSON.parse(readFileSync('events/worlds/dynamodb-item-restore.json', 'utf8')),
  operator: { answer: 'none' },
};
let account: LocalAccount;

beforeAll(async () => {
  account = await LocalAccount.serve({ minutesPerSecond: 10, world });
}, 120_000);
afterAll(() => account?.stop());

const run = (...args: string[]) => account.run([...args, '--port', String(account.port)]);
const json = (...args: string[]) => JSON.parse(run(...args, '--json').stdout);
/** The window in the zone of the user, Berlin. */
const WINDOW = ['--from', '2026-11-20 03:14:00', '--to', '2026-11-20 03:15:00'];

describe('The command `dynamodb undo-writes`', () => {
  it('starts a run with the window in local time, and shows what approval is about', () => {
    const started = json('dynamodb', 'undo-writes', 'Products', ...WINDOW, '--filter', "new.Batch = 'reprice-17'");
    expect(started.input).toMatchObject({ From: '2026-11-20T02:14:00.000Z', To: '2026-11-20T02:15:00.000Z' });
    let waitsFor: { what: string }[] = [];
    while (waitsFor[0]?.what !== 'approval') ({ waitsFor } = json('status', started.runId));

    expect(run('approve', '--dry-run').stdout).toContain('would write to items of the table Products');
    expect(run('approve').stderr).toContain('give --yes Products');
    expect(run('approve', '--yes', 'Products', '--by', 'the owner').stdout).toContain('is approved');
    const { status, stdout } = run('follow', started.runId);
    expect(stdout).toContain('Restored');
    expect(status).toBe(0);
  });

  it('refuses a time that is none, and a window that the workflow would refuse', () => {
    const wrong = run('dynamodb', 'undo-writes', 'Products', '--from', 'yesterday', '--to', '2026-11-20 03:15:00');
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('--from: yesterday is not a time') });
    const way = run('dynamodb', 'undo-writes', 'Products', ...WINDOW, '--on-conflict', 'Guess');
    expect(way).toMatchObject({ status: 2, stderr: expect.stringContaining('Skip, Overwrite, Merge, Fail') });
  });
});
