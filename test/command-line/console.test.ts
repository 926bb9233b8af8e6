import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { LocalAccount } from './local-account';
import { hasTerminal, Terminal } from './terminal';

const VAULT = 'nightly';
const ACCOUNT_ID = '111122223333';
const ARN = `arn:aws:dynamodb:eu-west-1:${ACCOUNT_ID}:table/`;
const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' }];
const GOOD = [{ pk: 'park#1', Name: 'Garibaldi' }];
const DAMAGED = [{ pk: 'park#1', Name: '???' }];

const table = (TableName: string, more: object = {}) => ({ TableName, KeySchema, Items: DAMAGED, ...more });
/** A table that a script damaged a quarter of an hour ago, at 22:45 in Berlin. */
const damagedTable = (TableName: string, more: object = {}) =>
  table(TableName, {
    PointInTimeRecoveryEnabled: true,
    PointInTimeRecoveryEnabledAt: '2026-11-01T00:00:00Z',
    History: [{ At: '2026-11-20T21:45:00Z', Key: { pk: 'park#1' }, Before: GOOD[0] }],
    ...more,
  });
const recoveryPoint = (id: string, TableName: string, CreationDate: string) => ({
  RecoveryPointArn: `arn:aws:backup:eu-west-1:${ACCOUNT_ID}:recovery-point:0a1b2c3d-0000-4000-8000-0000000000${id}`,
  BackupVaultName: VAULT,
  ResourceArn: `${ARN}${TableName}`,
  ResourceType: 'DynamoDB',
  CreationDate,
  Lifecycle: { MoveToColdStorageAfterDays: 8, DeleteAfterDays: 365 },
  Table: { TableName, KeySchema, Items: GOOD },
});
const world = {
  startAt: '2026-11-20T22:00:00Z',
  region: 'eu-west-1',
  accountId: ACCOUNT_ID,
  operator: { answer: 'none' },
  vaults: [{ BackupVaultName: VAULT }],
  tables: [
    damagedTable('Parks', { DeletionProtectionEnabled: true }),
    damagedTable('Kept'),
    table('Rangers'),
    table('Doomed', { DeletionProtectionEnabled: true }),
    table('Plain'),
    table('BCGOV_IAM_USER_TABLE'),
    // The name of a table is in the name of another one, and one is a number.
    table('Archive-Orders'),
    table('Orders'),
    table('20261120'),
    table('Everywhere', { ReplicaRegions: ['eu-central-1'] }),
    // A job with a mark of its own has written to it at 22:20 in Berlin, and the application too.
    table('Prices', {
      PointInTimeRecoveryEnabled: true,
      PointInTimeRecoveryEnabledAt: '2026-11-01T00:00:00Z',
      Items: [
        { pk: 'bad', Price: 0, Batch: 'x' },
        { pk: 'good', Price: 3 },
      ],
      History: [
        { At: '2026-11-20T21:20:00Z', Key: { pk: 'bad' }, Before: { pk: 'bad', Price: 10 } },
        { At: '2026-11-20T21:21:00Z', Key: { pk: 'good' }, Before: { pk: 'good', Price: 2 } },
      ],
    }),
  ],
  tableBackups: [
    {
      BackupName: 'before-the-release',
      BackupArn: `${ARN}Permits/backup/01763676000000-0a1b2c3d`,
      BackupCreationDateTime: '2026-11-19T22:00:00Z',
      Table: { TableName: 'Permits', KeySchema, Items: GOOD },
    },
  ],
  recoveryPoints: [
    recoveryPoint('a1', 'Rangers', '2026-11-14T05:00:00Z'),
    recoveryPoint('a2', 'Rangers', '2026-10-01T05:00:00Z'),
    recoveryPoint('b1', 'Fees', '2026-11-14T05:00:00Z'),
  ],
};

const MENU = 'What shall be done?';

// A whole account and a command in a pseudo-terminal; runs take hours of virtual time.
jest.setTimeout(120_000);

if (!hasTerminal) process.stderr.write('There is no `script` (util-linux) here: the recovery console is not tested.\n');
const describeConsole = hasTerminal ? describe : describe.skip;

describeConsole('The recovery console', () => {
  let account: LocalAccount;
  let dynamodb: DynamoDB;
  let config: string;
  let console: Terminal;

  beforeAll(async () => {
    account = await LocalAccount.serve({ minutesPerSecond: 30, world });
    dynamodb = new DynamoDB({
      endpoint: account.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    config = account.file('config.json', {
      accountId: ACCOUNT_ID,
      vaultName: VAULT,
      hiddenTables: ['BCGOV_IAM_USER_TABLE'],
    });
  });

  afterAll(() => account.stop());
  afterEach(() => console.close());

  function open(configuration = config): void {
    const command = [process.execPath, account.command, 'dynamodb', '--config', configuration];
    console = new Terminal(command, account.environment());
  }

  async function leave(): Promise<void> {
    await console.answers(MENU, 'exit');
    expect(await console.exitCode).toBe(0);
  }

  const describeTable = async (TableName: string) => {
    try {
      return (await dynamodb.describeTable({ TableName })).Table;
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  };
  const itemsOf = async (TableName: string) =>
    ((await dynamodb.scan({ TableName })).Items ?? []).map((item) => unmarshall(item));

  it('takes a table back to a second that is typed in the local zone, in steps that are numbered, with option 1 (S4-D33)', async () => {
    open();
    await console.answers(MENU, '1');
    await console.answers('Which table?', 'Parks');
    await console.sees(/latest +2026-11-\d\d \d\d:\d\d:\d\d \+01:00 \(.* UTC\)/);
    await console.answers('To which time?', '2026-11-20 22:44:59');
    await console.sees('Read this before you continue');
    for (const step of ['1. RESTORE', '2. BACK UP', '3. BACK UP', '4. ASK', '5. DELETE', '6. RESTORE', '7. ASK'])
      await console.sees(step);
    await console.answers('Restore Parks, as it was at 2026-11-20 22:44:59 +01:00 (21:44:59 UTC)?', 'y');
    await console.sees('Fallback, a backup of the table as it was:');
    await console.answers('Parks has deletion protection. Take it off', 'Y');
    await console.answers('DELETE Parks and restore it? Type Parks', 'Parks');
    await console.sees('SUCCEEDED');
    await console.answers('Remove the duplicate and its backup?', 'y');
    await console.sees('and its backup are gone');
    await leave();

    expect(await itemsOf('Parks')).toEqual(GOOD);
    expect((await describeTable('Parks'))?.DeletionProtectionEnabled).toBe(true);
    const { TableNames = [] } = await dynamodb.listTables({});
    expect(TableNames.filter((name) => name.startsWith('Parks--dupe-'))).toEqual([]);
  });

  it('names what is wrong with a time, starts nothing without a yes, and keeps the table after a no (option 1)', async () => {
    open();
    await console.answers(MENU, '1');
    await console.answers('Which table?', 'Plain');
    await console.sees('Point-in-time recovery of Plain is off');
    await console.answers(MENU, '1');
    await console.answers('Which table?', 'Kept');
    await console.answers('To which time?', 'yesterday');
    await console.sees('yesterday is not a time like');
    console.types('\u0015');
    await console.answers('', '2025-11-20 22:44:59');
    await console.sees('is outside of what can be restored');
    console.types('\u0015');
    await console.answers('', '2026-11-20 22:44:59');
    await console.answers('Restore Kept', 'n');
    await console.sees('Nothing was done.');

    await console.answers(MENU, '1');
    await console.answers('Which table?', 'Kept');
    await console.answers('To which time?', '2026-11-20T21:44:59Z');
    await console.answers('Restore Kept', 'y');
    await console.answers('DELETE Kept and restore it?', 'no');
    await console.sees('Refused: Kept stays as it is');
    await console.sees('(ApprovalRefusedError)');
    await console.answers('Remove the duplicate and its backup?', 'y');
    await console.sees('and its backup are gone');
    await leave();

    expect(await itemsOf('Kept')).toEqual(DAMAGED);
    const { TableNames = [] } = await dynamodb.listTables({});
    expect(TableNames.filter((name) => name.startsWith('Kept'))).toEqual(['Kept']);
  });

  it('replaces a table by a recovery point, asks whether to wait longer, and finds the run again, with option 2 (S4-F16)', async () => {
    const impatient = account.file('impatient.json', { vaultName: VAULT, timeoutSeconds: 1 });
    open(impatient);
    await console.answers(MENU, '2');
    await console.answers('Which table?', 'Rangers');
    await console.answers('Which backup?', 'cold');
    await console.sees('It is in cold storage: expect about three hours');
    await console.answers(
      /Restore Rangers, as it was backed up at 2026-10-01 07:00:00 \+02:00 .*from cold storage\?/,
      'y',
    );
    await console.answers('Continue waiting?', 'n');
    await console.sees('continues without you');
    await leave();

    open(impatient);
    await console.answers(MENU, 'Return to');
    // A question that was answered is shown once more, with another sign.
    const asked = /(?<!◇ {2}[^\n]*)(Continue waiting\?|DELETE Rangers and restore it\?)|SUCCEEDED {2}/;
    for (let shown = await console.sees(asked); !shown.startsWith('SUCCEEDED'); shown = await console.sees(asked))
      console.types(shown.startsWith('Continue') ? 'y\r' : 'Rangers\r');
    expect(console.shown).toContain('Continue waiting?');
    await console.answers('Remove the duplicate and its backup?', 'n');
    await console.sees('Both stay.');
    await leave();

    expect(await itemsOf('Rangers')).toEqual(GOOD);
  });

  it('starts no snapshot restore when the operator goes back to the menu (option 2)', async () => {
    open();
    await console.answers(MENU, '2');
    await console.answers('Which table?', 'Plain');
    await console.sees(`AWS Backup has nothing of Plain in the vault ${VAULT}.`);
    await console.answers(MENU, '2');
    await console.answers('Which table?', 'Rangers');
    await console.answers('Which backup?', '1');
    await console.answers('Restore Rangers', 'menu');
    await leave();
  });

  it('backs a table up (option 3)', async () => {
    open();
    await console.answers(MENU, '3');
    await console.answers('Which table?', 'Plain');
    await console.answers('Back up Plain in DynamoDB?', 'n');
    await console.sees('Nothing was done.');
    await console.answers(MENU, '3');
    await console.answers('Which table?', 'Plain');
    await console.answers('Back up Plain in DynamoDB?', 'y');
    await console.sees('SUCCEEDED');
    await leave();

    const { BackupSummaries = [] } = await dynamodb.listBackups({ TableName: 'Plain' });
    expect(BackupSummaries).toMatchObject([
      { BackupStatus: 'AVAILABLE', BackupName: expect.stringMatching(/^Plain--orig-/) },
    ]);
  });

  it('restores a table that is gone from a backup of DynamoDB (option 4)', async () => {
    open();
    await console.answers(MENU, '4');
    await console.answers('Which table shall be restored?', 'Pe');
    await console.sees('A table name has 3 to 255');
    await console.answers('', 'rmits');
    await console.answers('Which backup?', 'before-the-release');
    await console.answers('Restore Permits from before-the-release, made 2026-11-19 23:00:00 +01:00', 'y');
    await console.sees('SUCCEEDED');
    await leave();

    expect(await itemsOf('Permits')).toEqual(GOOD);
  });

  it('restores nothing over a table that exists, and nothing from no backup (option 4)', async () => {
    open();
    await console.answers(MENU, '4');
    await console.answers('Which table shall be restored?', 'Plain');
    await console.sees('The table Plain exists (ACTIVE); to replace it use option 1 or 2.');
    await console.answers(MENU, '4');
    await console.answers('Which table shall be restored?', 'Never');
    await console.sees('DynamoDB has no backup of Never.');
    await leave();
  });

  it('restores a table that is gone from AWS Backup, after a no and a yes (option 5)', async () => {
    open();
    for (const answer of ['n', 'y']) {
      await console.answers(MENU, '5');
      await console.answers('Which table shall be restored?', 'Fees');
      await console.answers('Which backup?', '2026-11-14');
      await console.answers('Restore Fees as it was backed up at 2026-11-14 06:00:00 +01:00', answer);
      if (answer === 'n') {
        await console.sees('Nothing was done.');
        expect(await describeTable('Fees')).toBeUndefined();
      }
    }
    await console.sees('SUCCEEDED');
    await leave();

    expect(await itemsOf('Fees')).toEqual(GOOD);
  });

  it('deletes a table only after its name was typed, and backs it up first (option 6)', async () => {
    open();
    await console.answers(MENU, '6');
    await console.answers('Which table?', 'Doomed');
    await console.answers('Doomed has deletion protection. Take it off and continue?', 'n');
    await console.sees('Nothing was done.');
    await console.answers(MENU, '6');
    await console.answers('Which table?', 'Doomed');
    await console.answers('Doomed has deletion protection', 'y');
    await console.answers('Back it up in DynamoDB first?', 'y');
    await console.answers('DELETE Doomed? Type Doomed', 'doomed');
    await console.sees('That is neither Doomed nor no.');
    console.types('\u0015');
    await console.answers('', 'no');
    await console.sees('Nothing was done.');
    expect((await describeTable('Doomed'))?.DeletionProtectionEnabled).toBe(true);

    await console.answers(MENU, '6');
    await console.answers('Which table?', 'Doomed');
    await console.answers('Doomed has deletion protection', 'y');
    await console.answers('Back it up in DynamoDB first?', 'y');
    await console.answers('DELETE Doomed? Type Doomed', 'Doomed');
    await console.sees('SUCCEEDED');
    await leave();

    expect(await describeTable('Doomed')).toBeUndefined();
    const { BackupSummaries = [] } = await dynamodb.listBackups({ TableName: 'Doomed' });
    expect(BackupSummaries).toMatchObject([{ BackupStatus: 'AVAILABLE' }]);
  });

  it.each([
    ['7', 'Turn on point-in-time recovery of Plain'],
    ['8', 'Protect Plain from deletion?'],
  ])('turns protection on after a yes, and not after a no (option %s)', async (option, question) => {
    open();
    for (const answer of ['n', 'y']) {
      await console.answers(MENU, option);
      await console.answers('Which table?', 'Plain');
      await console.answers(question, answer);
      if (answer === 'n') await console.sees('Nothing was done.');
    }
    await console.sees('SUCCEEDED');
    await leave();

    const { ContinuousBackupsDescription: backups } = await dynamodb.describeContinuousBackups({ TableName: 'Plain' });
    const isOn =
      option === '7'
        ? backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED'
        : (await describeTable('Plain'))?.DeletionProtectionEnabled;
    expect(isOn).toBe(true);
  });

  it('undoes a window of bad writes that is typed in local time, after a no and a yes (option 9)', async () => {
    open();
    for (const answer of ['n', 'y']) {
      await console.answers(MENU, '9');
      await console.answers('Which table?', 'Prices');
      await console.answers('When did the bad writes begin?', answer === 'n' ? 'last night' : '2026-11-20 22:14:00');
      if (answer === 'n') {
        await console.sees('last night is not a time like');
        console.types('\u0015');
        await console.answers('', '2026-11-20 22:14:00');
      }
      await console.answers('When were they over?', answer === 'n' ? '2026-11-20 22:13:59' : '2026-11-20 22:30:00');
      if (answer === 'n') {
        await console.sees('That is not after the beginning.');
        console.types('\u0015');
        await console.answers('', '2026-11-20 22:30:00');
      }
      await console.sees('Read this before you continue');
      for (const step of ['1. EXPORT', '2. PLAN', '3. ASK', '4. WRITE', 'EVERYTHING that was written'])
        await console.sees(step);
      await console.answers('Which items?', "new.Batch = 'x'");
      await console.answers('Plan to undo these writes to Prices?', answer);
      if (answer === 'n') await console.sees('Nothing was done.');
    }
    await console.sees('Items of Prices are going to be written');
    await console.sees('1 items are written');
    await console.sees('EVERYTHING that was written');
    await console.answers('Write this to Prices? Type Prices', 'prices');
    await console.sees('That is neither Prices nor no.');
    console.types('\u0015');
    await console.answers('', 'Prices');
    await console.sees('Approved.');
    await console.sees('SUCCEEDED');
    await leave();

    const byName = (left: { pk?: string }, right: { pk?: string }) => String(left.pk).localeCompare(String(right.pk));
    expect((await itemsOf('Prices')).sort(byName)).toEqual([
      { pk: 'bad', Price: 10 },
      { pk: 'good', Price: 3 },
    ]);
  });

  it('does not come back to a deletion that was left for the menu, and lists no hidden table (S4-D27, S4-F02)', async () => {
    open();
    await console.answers(MENU, '6');
    await console.sees('Plain');
    await console.answers('', 'BCGOV_IAM_USER_TABLE');
    await console.sees('Nothing matches that.');
    console.types('\u0015');
    await console.answers('', 'Archive-Orders');
    await console.answers('Back it up in DynamoDB first?', 'y');
    await console.answers('DELETE Archive-Orders? Type Archive-Orders', 'menu');
    await console.answers(MENU, '3');
    await console.answers('Which table?', 'menu');
    await leave();
    expect(await describeTable('Archive-Orders')).toBeDefined();
  });

  it('takes a whole name for the table of that name, asks when several match, and nothing for Enter alone', async () => {
    open();
    await console.answers(MENU, '8');
    await console.answers('Which table?', '');
    await console.sees('Type a number or a name');
    await console.answers('', 'Order');
    await console.sees('2 rows match Order');
    console.types('\u001b');
    // Esc is a key of its own only after a pause.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await console.answers('', 'Orders');
    await console.answers('Protect Orders from deletion?', 'n');
    await console.answers(MENU, '8');
    await console.answers('Which table?', '20261120');
    await console.answers('Protect 20261120 from deletion?', 'n');
    await leave();
  });

  it('refuses a global table when it is chosen, and suggests the name that was meant', async () => {
    open();
    await console.answers(MENU, '2');
    await console.answers('Which table?', 'Everywhere');
    await console.sees('Everywhere is a global table');
    await console.answers(MENU, '4');
    await console.answers('Which table shall be restored?', 'permits');
    await console.sees('DynamoDB has no backup of permits. Did you mean Permits?');
    await leave();
  });

  it('explains ten terms wherever it asks, and comes back to the question', async () => {
    open();
    await console.answers(MENU, 'help');
    await console.answers('Which term?', '10');
    await console.sees('Where recovery points are at first.');
    await console.answers(MENU, '4');
    await console.answers('Which table shall be restored?', 'help');
    await console.answers('Which term?', 'Enabling PITR');
    await console.sees('Option 7');
    await console.answers('Which table shall be restored?', 'menu');
    await leave();
  });

  it('hides tables, and begins nothing with a configuration that does not fit', async () => {
    open();
    await console.answers(MENU, '3');
    await console.sees('Which table?');
    await console.sees('Rangers');
    expect(console.shown).not.toContain('BCGOV_IAM_USER_TABLE');
    console.types('exit\r');
    expect(await console.exitCode).toBe(0);

    open(account.file('elsewhere.json', { accountId: '999999999999', vaultName: 'nowhere', backupRole: 'nobody' }));
    expect(await console.exitCode).toBe(1);
    expect(console.shown).toContain('the configuration is for 999999999999');
    expect(console.shown).toContain('backup vault nowhere: does not exist');
    expect(console.shown).toContain('role nobody: does not exist');
  });
});
