import { parse } from '../../../cli/parse';

const PORT = 4620;
const requestOf = (line: string) => {
  const parsed = parse(line.split(' '), PORT, '1.2.3');
  if (!('request' in parsed)) throw new Error(parsed.text);
  return parsed.request;
};
const answerTo = (line: string) => parse(line.split(' ').filter(Boolean), PORT, '1.2.3');

it.each([
  ['list', { command: 'list', open: false, limit: 20, json: false }],
  ['list --local', { localPort: PORT }],
  ['--local list', { localPort: PORT }],
  ['list --port 4700 --json', { localPort: 4700, json: true }],
  [
    'list --stack prod --region eu-west-1 --workflow efs-to-efs',
    { stack: 'prod', region: 'eu-west-1', workflow: 'efs-to-efs' },
  ],
  [
    'start efs-backup --input -',
    { command: 'start', workflow: 'efs-backup', input: '-', follow: false, dryRun: false },
  ],
  ['start efs-backup --input a.json --name n --follow --dry-run', { name: 'n', follow: true, dryRun: true }],
  ['follow', { command: 'follow' }],
  ['status r1', { command: 'status', run: 'r1' }],
  ['stop r1 --yes r1 --reason late', { command: 'stop', run: 'r1', yes: 'r1', reason: 'late' }],
  ['history r1', { command: 'history', run: 'r1' }],
  ['schedules', { command: 'schedules', action: 'list' }],
  ['schedules enable S', { command: 'schedules', action: 'enable', schedule: 'S', dryRun: false }],
  ['schedules set S --time-zone Europe/Berlin', { action: 'set', timeZone: 'Europe/Berlin' }],
  ['recovery-points --type EFS --resource fs-1', { command: 'recovery-points', type: 'EFS', resource: 'fs-1' }],
  ['approve', { command: 'approve', dryRun: false }],
  ['refuse r1 --by me', { command: 'refuse', run: 'r1', by: 'me' }],
  ['doctor --tag a=b --tag c=', { command: 'doctor', tags: ['a=b', 'c='] }],
  ['dynamodb --config c.json', { command: 'dynamodb', config: 'c.json' }],
  ['efs-to-efs start --retain 7', { command: 'efs-to-efs', action: 'start', retain: 7 }],
  ['efs-to-efs stop r1', { command: 'efs-to-efs', action: 'stop', run: 'r1' }],
  ['efs-to-efs verify --at 2026-11-20 --sample-files 9', { action: 'verify', at: '2026-11-20', sampleFiles: 9 }],
  ['efs-to-efs restore --interval daily --index 0', { action: 'restore', interval: 'daily', index: 0, inPlace: false }],
])('%s', (line, request) => expect(requestOf(line)).toMatchObject(request));

it.each([
  ['', 'Usage: backup-workflows'],
  ['lst', "unknown command 'lst'"],
  ['list --opne', '(Did you mean --open?)'],
  ['list --limit many', 'It must be a whole number.'],
  ['start --input a', "missing required argument 'workflow'"],
  ['start efs-backup', "required option '--input <FILE>' not specified"],
  [
    'start nothing --input a',
    'Known: dynamodb-item-restore, dynamodb-swap-restore, dynamodb-table-operation, efs-backup',
  ],
  ['start efs-backup --input', 'argument missing'],
  ['status one two', 'too many arguments'],
  ['doctor --tag a', 'It must be KEY=VALUE.'],
  ['recovery-points --type S3', 'Allowed choices are EC2, EBS, EFS, DynamoDB.'],
])('refuses: %s', (line, text) => expect(answerTo(line)).toEqual({ text: expect.stringContaining(text), exitCode: 2 }));

it.each([
  ['--version', '1.2.3'],
  ['--help', 'backup-workflows list --local'],
  ['start --help', 'backup-workflows start efs-backup --input'],
  ['follow --help', 'backup-workflows follow '],
  ['status --help', 'backup-workflows status '],
  ['list --help', '--local'],
  ['stop --help', '--dry-run'],
  ['history --help', 'backup-workflows history '],
  ['schedules --help', 'backup-workflows schedules'],
  ['schedules set --help', "--expression 'cron(30 2 * * ? *)'"],
  ['recovery-points --help', 'backup-workflows recovery-points '],
  ['approve --help', 'backup-workflows approve '],
  ['refuse --help', 'backup-workflows refuse '],
  ['doctor --help', 'backup-workflows doctor '],
  ['dynamodb --help', 'backup-workflows dynamodb '],
  ['efs-to-efs restore --help', '--in-place'],
  ['efs-to-efs verify --help', 'backup-workflows efs-to-efs verify '],
])('answers: %s', (line, text) => expect(answerTo(line)).toEqual({ text: expect.stringContaining(text), exitCode: 0 }));
