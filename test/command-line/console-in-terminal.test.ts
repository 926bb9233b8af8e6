import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { LocalAccount } from './local-account';
import { hasTerminal, Terminal } from './terminal';

const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' }];
const table = (TableName: string) => ({
  TableName,
  KeySchema,
  PointInTimeRecoveryEnabled: true,
  PointInTimeRecoveryEnabledAt: '2026-11-01T00:00:00Z',
  Items: [{ pk: 'park#1', Name: '???' }],
  History: [{ At: '2026-11-20T21:45:00Z', Key: { pk: 'park#1' }, Before: { pk: 'park#1', Name: 'Garibaldi' } }],
});
const WIDTHS = [60, 100, 200];
const NAMES = [...WIDTHS.map((width) => `Parks-${width}-of-the-provinces`), 'Resized', 'Closed', 'Late', 'Answered'];
const VAULTS = ['nightly', 'weekly'];
const world = {
  startAt: '2026-11-20T22:00:00Z',
  region: 'eu-west-1',
  accountId: '111122223333',
  operator: { answer: 'none' },
  vaults: VAULTS.map((BackupVaultName) => ({ BackupVaultName })),
  recoveryPoints: VAULTS.map((BackupVaultName, number) => ({
    RecoveryPointArn: `arn:aws:backup:eu-west-1:111122223333:recovery-point:0a1b2c3d-0000-4000-8000-00000000000${number}`,
    BackupVaultName,
    ResourceArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Resized',
    ResourceType: 'DynamoDB',
    CreationDate: '2026-11-14T05:00:00Z',
    Table: { TableName: 'Resized', KeySchema, Items: [] },
  })),
  tables: NAMES.map(table),
};
const MENU = 'What shall be done?';
const TIME = '2026-11-20 22:44:00';

jest.setTimeout(240_000);

if (!hasTerminal)
  process.stderr.write('There is no `script` (util-linux) here: the console in a terminal is not tested.\n');
const describeConsole = hasTerminal ? describe : describe.skip;

describeConsole('In a terminal, the recovery console', () => {
  let account: LocalAccount;
  let dynamodb: DynamoDB;
  let console: Terminal;

  beforeAll(async () => {
    account = await LocalAccount.serve({ minutesPerSecond: 30, world });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    dynamodb = new DynamoDB({ endpoint: account.url, region: 'eu-west-1', credentials });
  });
  afterAll(() => account.stop());
  afterEach(() => console.close());

  function open(columns: number): void {
    console = new Terminal([process.execPath, account.command, 'dynamodb'], account.environment(), columns);
  }

  async function leave(): Promise<void> {
    await console.answers(MENU, 'exit');
    expect(await console.exitCode).toBe(0);
  }

  /** Begins a restore of the table, up to the question before the deletion. */
  async function untilAsked(name: string, time = TIME): Promise<void> {
    await console.answers(MENU, '1');
    await fromTable(name, time);
  }

  async function fromTable(name: string, time = TIME): Promise<void> {
    await console.answers('Which table?', name);
    await console.answers('To which time?', time);
    await console.answers(`Restore ${name}, as it was ${time === 'latest' ? 'five minutes ago' : 'at'}`, 'y');
    await console.sees(`DELETE ${name} and restore it?`);
  }

  /** How many rows of the screen have the text. */
  const rowsWith = (text: string) => console.screen.seen.filter((row) => row.includes(text)).length;

  it.each(WIDTHS)('breaks nothing at %d columns, and shows each ARN whole, to be copied', async (columns) => {
    const name = `Parks-${columns}-of-the-provinces`;
    open(columns);
    await console.sees(MENU);
    for (const key of ['x', 'y', 'z']) console.types(key);
    await console.sees('xyz');
    console.types('\u001b');
    // Esc is a key of its own only after a pause.
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The frame was drawn anew in its place.
    expect(rowsWith(MENU)).toBe(1);
    expect(console.screen.lines.filter((line) => /^│.* [1-9] {2}\S/.test(line))).toHaveLength(9);
    console.types('1\r');
    await fromTable(name);
    const { BackupSummaries = [] } = await dynamodb.listBackups({});
    const arns = BackupSummaries.flatMap(({ BackupArn = '', TableName = '' }) =>
      TableName.startsWith(name) ? [BackupArn] : [],
    );
    expect(arns).toHaveLength(2);
    const lines = console.screen.lines.map((line) => line.trim());
    for (const arn of arns) expect(lines).toContain(arn);
    // The terminal has to break no word but those ARNs and names that are longer than a row.
    expect(console.screen.brokenWords.filter((word) => word.length < columns - 10)).toEqual([]);
    console.types('no\r');
    await console.sees('Refused');
    await console.answers('Remove the duplicate and its backup?', 'n');
    await leave();
  });

  it('continues at another width when the window is resized at a question', async () => {
    open(200);
    await console.answers(MENU, '8');
    await console.sees('Which table?');
    console.types('Res');
    await console.sees('Res');
    console.resize(60);
    console.types('ized\r');
    await console.sees('Protect Resized from deletion?');
    console.resize(100);
    console.types('y\r');
    await console.sees('SUCCEEDED');
    await leave();
    expect((await dynamodb.describeTable({ TableName: 'Resized' })).Table?.DeletionProtectionEnabled).toBe(true);
  });

  it('lists the recovery points of all vaults', async () => {
    open(100);
    await console.answers(MENU, '2');
    await console.answers('Which table?', 'Resized');
    await console.sees('Which backup?');
    for (const vault of VAULTS) await console.sees(`in ${vault}`);
    console.types('menu\r');
    await leave();
  });

  it('ends with its terminal, while the run continues and waits for its answer', async () => {
    open(100);
    await untilAsked('Closed');
    console.close();
    await console.exitCode;
    expect(await console.isOver()).toBe(true);
    open(100);
    await console.answers(MENU, 'Return to');
    await console.answers('DELETE Closed and restore it?', 'no');
    await console.sees('Refused: Closed stays as it is');
    await console.answers('Remove the duplicate and its backup?', 'n');
    await leave();
  });

  it('says that an answer came too late when the run had ended without one, and asks what to do next', async () => {
    const input = {
      TableName: 'Late',
      Source: { Type: 'PointInTime', RestoreDateTime: '2026-11-20T21:44:00Z' },
      ApprovalTimeoutMinutes: 600,
    };
    const file = account.file('late.json', input);
    expect(
      account.run(['start', 'dynamodb-swap-restore', '--input', file, '--name', 'late', '--yes', 'Late']).stderr,
    ).toBe('');
    open(100);
    await console.answers(MENU, 'Return to');
    await console.sees('DELETE Late and restore it?');
    account.run(['follow', 'late']);
    console.types('Late\r');
    await console.sees(/Too late: the run ended without an answer at 2026-11-2\d/);
    await leave();
    const { Table } = await dynamodb.describeTable({ TableName: 'Late' });
    expect(Table?.RestoreSummary).toBeUndefined();
  });

  it('says that another answer came before', async () => {
    open(100);
    await untilAsked('Answered', 'latest');
    const [, run = ''] = console.shown.match(/Started (\S+)\./) ?? [];
    expect(account.run(['refuse', run]).stderr).toBe('');
    account.run(['follow', run]);
    console.types('Answered\r');
    await console.sees('Too late: another answer, no, came before, and the run ended at');
    await console.answers('Remove the duplicate and its backup?', 'n');
    await leave();
  });
});
