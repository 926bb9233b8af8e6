import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DynamoDBClient, UpdateContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { parse as parseYaml } from 'yaml';
import { LocalAccount } from './local-account';

const EFS_INPUT = 'events/efs-backup.json';

/** What a command prints with --json. */
interface Row {
  [member: string]: unknown;
}

// Whole processes beside a whole account.
jest.setTimeout(120_000);

describe('The command line', () => {
  let account: LocalAccount;

  beforeAll(async () => {
    account = await LocalAccount.serve({ minutesPerSecond: 30 });
  });

  afterAll(() => account.stop());

  const run = (...args: string[]) => account.run([...args, '--port', String(account.port)]);
  const json = (...args: string[]) => JSON.parse(run(...args, '--json').stdout);

  it('starts a run, shows every state and how far its job is, its result, and says by its exit code that it succeeded', () => {
    const { status, stdout: lines } = run('start', 'efs-backup', '--input', EFS_INPUT, '--name', 'nightly', '--follow');
    const stdout = lines.replaceAll(/ *\n {6,}/g, ' ');

    expect(stdout).toMatch(/efs-backup +Back Up File System/);
    expect(stdout).toMatch(/backup of fs-0123456789abcdef0 RUNNING \d+\.\d %, .* of 214\.7 GB, .*expected until/);
    expect(stdout).toMatch(/RecoveryPointArn +arn:aws:backup:eu-west-1:111122223333:recovery-point:/);
    expect(stdout).toContain('SUCCEEDED  nightly');
    expect(stdout).not.toContain('\u001b');
    expect(status).toBe(0);
  });

  it('lets a run say what it would do, and changes nothing', () => {
    const { status, stdout } = run('start', 'efs-backup', '--input', EFS_INPUT, '--name', 'dry', '--dry-run');

    expect(stdout).toMatch(/ExpectedSeconds +\d/);
    expect(stdout).toContain('It ends early by:');
    expect(stdout).toContain('This was a dry run: nothing was changed.');
    expect(status).toBe(0);
    expect(json('list', '--workflow', 'efs-backup', '--limit', '1')).toMatchObject([{ dryRun: true }]);
  });

  it('knows that run afterwards', () => {
    expect(json('list', '--workflow', 'efs-backup')).toMatchObject([
      { dryRun: true },
      { workflow: 'efs-backup', target: 'fs-0123456789abcdef0', outcome: 'SUCCEEDED', open: false },
    ]);
    expect(json('status', 'nightly')).toMatchObject({
      status: 'SUCCEEDED',
      report: { RecoveryPointArn: expect.any(String) },
    });
    expect(run('history', 'nightly').stdout).toMatch(/Report Run\n.*execution SUCCEEDED\n$/);
    const [first] = json('history', 'nightly') as Row[];
    expect(first).toMatchObject({ id: 1, type: 'ExecutionStarted' });
    const [newest] = json('recovery-points', '--type', 'EFS', '--resource', 'fs-0123456789abcdef0') as Row[];
    expect(newest).toMatchObject({
      resource: 'fs-0123456789abcdef0',
      vault: 'nightly',
      isCold: false,
      sizeInBytes: 214748364800,
    });
  });

  it('prints what it knows as data of several kinds, and as a table also in a pipe', () => {
    const list = ['list', '--workflow', 'efs-backup', '--output'];
    const [row, ...others] = json('list', '--workflow', 'efs-backup') as Row[];
    expect(parseYaml(run(...list, 'yaml').stdout)).toEqual([row, ...others]);
    const [names = '', cells = ''] = run(...list, 'tsv').stdout.split('\n');
    const byName = Object.fromEntries(names.split('\t').map((name, index) => [name, cells.split('\t')[index]]));
    expect(byName).toMatchObject({ runId: row?.runId, outcome: 'SUCCEEDED', open: 'false' });
    expect(run(...list, 'table').stdout).toMatch(/│ efs-backup +│/);
    expect(run(...list, 'xml')).toMatchObject({ status: 2, stderr: expect.stringContaining('table, json, tsv, yaml') });
    expect(run(...list, 'yaml', '--json')).toMatchObject({ status: 2 });
  });

  it('ends quietly, with its own status, when the reader of its output goes away', () => {
    const { command, port } = account;
    const config = account.file('other.json', { accountId: '999999999999' });
    const line = `"${process.execPath}" "${command}" doctor --config ${config} --port ${port} 2>&1 1>&3 | cat; exit \${PIPESTATUS[0]}`;

    const { stdout, status } = spawnSync('bash', ['-c', `{ ${line}; } 3> >(:)`], {
      encoding: 'utf8',
      env: account.environment(),
    });

    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  it('names everything that is wrong with an input, and starts nothing', () => {
    const { status, stderr } = account.run(['start', 'efs-backup', '--input', '-', '--port', String(account.port)], {
      input: '{"FileSystemID": "x", "BackupVault": "nightly"}',
    });

    expect(status).toBe(2);
    expect(stderr).toContain('nothing was started');
    expect(stderr).toContain('FileSystemID');
    expect(stderr).toContain('BackupVault is not a key of the input; did you mean BackupVaultName?');
    expect(stderr).toContain('BackupJobIamRoleArn: is missing');
    expect(json('list', '--open')).toEqual([]);
  });

  it('stops a run only when its name is given, and shows that what it left open is undone', () => {
    run('start', 'pre-post-backup', '--input', 'events/pre-post-backup.json', '--name', 'fleet');

    expect(run('stop', 'fleet')).toMatchObject({ status: 2, stderr: expect.stringContaining('give --yes fleet') });
    expect(run('stop', 'fleet', '--dry-run').stdout).toContain('would be stopped');
    expect(json('status', 'fleet')).toMatchObject({ status: 'RUNNING' });

    expect(run('stop', 'fleet', '--yes', 'fleet', '--reason', 'the window is over').status).toBe(0);
    const { status, stdout } = run('follow', 'fleet');
    expect(stdout).toContain('the execution ended ABORTED; what it left open is being undone');
    expect(stdout).toContain('the window is over');
    expect(status).toBe(1);
    expect(json('list', '--workflow', 'pre-post-backup')).toMatchObject([{ outcome: 'FAILED', open: false }]);
  });

  it('deletes nothing without consent, nor approves it', () => {
    const input = account.file('delete.json', {
      Operation: 'DeleteTable',
      TableName: 'Rangers',
      ConfirmTableName: 'Rangers',
    });
    const start = ['start', 'dynamodb-table-operation', '--input', input];
    expect(run(...start)).toMatchObject({ status: 2, stderr: expect.stringContaining('give --yes Rangers') });
    expect(run(...start, '--yes', 'Parks')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('names Parks'),
    });
    expect(run('approve')).toMatchObject({ status: 2, stderr: 'No run asks for anything.\n' });

    run('start', 'dynamodb-swap-restore', '--input', 'events/dynamodb-swap-restore.json', '--name', 'parks');
    let waitsFor: Row[] = [];
    while (waitsFor[0]?.what !== 'approval') ({ waitsFor } = json('status', 'parks'));

    expect(run('approve').stderr).toContain('give --yes ParksAr');
    expect(run('approve', '--dry-run').stdout).toContain('would delete the table ParksAr');
    expect(run('refuse', '--by', 'the owner').stdout).toContain('parks is refused');
    const { status, stdout } = run('follow', 'parks');
    expect(stdout).toContain('the answer was no, said to be of the owner');
    expect(status).toBe(1);
  });

  it('backs up a file system into another one, lists the copy, verifies it, and restores it in place only after a preview and a yes', () => {
    const plan = json('efs-to-efs', 'start', '--exclude', '*.tmp', '/cache/**', '--dry-run') as { report: object };
    expect(plan.report).toMatchObject({
      DryRun: { WouldDo: expect.stringContaining('copy / of fs-0123456789abcdef0') },
    });
    const backup = run('efs-to-efs', 'start', '--interval', 'weekly', '--follow');
    expect(backup.stdout).toMatch(/instance i-\w+ \(.*\) is there/);
    expect(backup).toMatchObject({ status: 0, stderr: '' });
    const [copy] = json('recovery-points', '--type', 'EFS') as Row[];
    expect(copy).toMatchObject({ resource: 'fs-0123456789abcdef0', name: expect.stringMatching(/\/weekly$/) });

    const verified = json('efs-to-efs', 'verify', '--interval', 'weekly', '--follow');
    expect(verified).toMatchObject({ outcome: 'SUCCEEDED', report: { action: 'verify', verifiedFiles: 1200000 } });
    expect(run('efs-to-efs', 'verify', '--index', '1')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--index needs --interval.'),
    });
    const missing = run('efs-to-efs', 'verify', '--interval', 'weekly', '--index', '9', '--follow');
    expect(missing.stdout).toContain('CopyNotFound');
    expect(missing.status).toBe(1);

    const restore = ['efs-to-efs', 'restore', '--interval', 'weekly', '--in-place', '--follow'];
    const unasked = run(...restore);
    expect(unasked.stderr).toContain('creates 5 files on fs-0123456789abcdef0, overwrites 3 and deletes 0.');
    expect(unasked.status).toBe(2);
    const { status, stdout } = run(...restore, '--yes', 'fs-0123456789abcdef0');
    expect(stdout).toMatch(/safetyCopy +\/./);
    expect(status).toBe(0);
    expect(run('efs-to-efs', 'restore', '--delete-extra', '--index', '1')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/--index needs --interval\.\n--delete-extra is for --in-place/),
    });
  });

  it('stops a backup of EFS-to-EFS when its name is given', () => {
    const { runId } = json('efs-to-efs', 'start') as { runId: string };

    expect(run('stop', runId, '--yes', runId).stdout).toContain(`${runId} is stopping.`);
    const { status, stdout } = run('follow', runId);
    expect(stdout).toContain('ends: An operator stopped the run.');
    expect(status).toBe(1);
  });

  it('lists schedules with their next times, and changes them only into what can run', () => {
    expect(run('schedules', 'enable', 'EfsBackupSchedule')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /FileSystemID: is missing[\s\S]*backup-workflows schedules set EfsBackupSchedule --input/,
      ),
    });
    const bad = run('schedules', 'set', 'EfsBackupSchedule', '--expression', 'cron(0 2 * * *)');
    expect(bad).toMatchObject({ status: 2, stderr: expect.stringContaining('needs six: minutes') });

    const change = ['--expression', 'cron(30 2 * * ? *)', '--time-zone', 'America/Vancouver', '--input', EFS_INPUT];
    expect(run('schedules', 'set', 'EfsBackupSchedule', ...change).status).toBe(0);
    expect(run('schedules', 'enable', 'EfsBackupSchedule').status).toBe(0);

    const schedules = json('schedules') as Row[];
    const changed = schedules.find(({ name }) => name === 'EfsBackupSchedule');
    expect(changed).toMatchObject({
      state: 'ENABLED',
      next: [expect.stringMatching(/T10:30:00\.000Z$/), expect.stringMatching(/T10:30:00\.000Z$/)],
      input: JSON.stringify(JSON.parse(readFileSync(EFS_INPUT, 'utf8'))),
      words: 'At 02:30',
      last: { outcome: 'SUCCEEDED' },
      expectedSeconds: expect.any(Number),
    });
    expect(changed?.calendar).toHaveLength(14);
    // 2:30 in Vancouver is 11:30 in Berlin, where the operator sits.
    expect(run('schedules').stdout).toMatch(/11:30/);
    expect(json('schedules', 'disable', 'EfsBackupSchedule')).toMatchObject([{ state: 'DISABLED', next: [] }]);
  });

  it('finds nothing wrong with the account that it is tried with', () => {
    expect(run('doctor')).toMatchObject({ status: 0, stdout: expect.stringContaining('All is well.') });
  });

  it('says in one list what is wrong, with what to do', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const dynamodb = new DynamoDBClient({ endpoint: account.url, region: 'eu-west-1', credentials });
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: false };
    await dynamodb.send(
      new UpdateContinuousBackupsCommand({ TableName: 'ConfigAr', PointInTimeRecoverySpecification }),
    );

    const { status, stdout } = run('doctor', '--tag', 'backup-job=true');

    expect(status).toBe(1);
    expect(stdout).toContain('✓ instance i-0a1b2c3d4e5f60001: Online');
    expect(stdout).toContain('✓ table ParksAr: point-in-time recovery of 14 days');
    expect(stdout).toMatch(/✗ table ConfigAr: point-in-time recovery is off\n {2}Turn it on: /);

    const config = account.file('doctor.json', { hiddenTables: ['ConfigAr'] });
    expect(run('doctor', '--config', config)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('All is well.'),
    });
  });

  it('says that the recovery console needs a terminal, and names what is wrong with its configuration', () => {
    expect(run('dynamodb')).toMatchObject({ status: 2, stderr: expect.stringContaining('needs a terminal') });

    const config = account.file('wrong.json', { accountId: 11111111111, timeout: -1, timeoutSeconds: 0 });
    const { status, stderr } = run('dynamodb', '--config', config);
    expect(status).toBe(2);
    expect(stderr).toContain('accountId: must be text');
    expect(stderr).toContain('timeoutSeconds: must be -1 (never) or more than 0');
    expect(stderr).toContain('timeout is not a key of the input; did you mean timeoutSeconds?');
  });
});
