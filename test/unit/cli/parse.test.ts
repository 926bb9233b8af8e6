import { parse } from '../../../cli/parse';

const PORT = 4620;
const requestOf = async (line: string) => {
  const parsed = await parse(line.split(' '), PORT, '1.2.3');
  if (!('run' in parsed)) throw new Error(parsed.text);
  const { command, args, options, common } = parsed;
  return { command, args, ...options, ...common };
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
  ['start efs-backup --input -', { command: 'start', args: ['efs-backup'], input: '-', follow: false, dryRun: false }],
  ['start efs-backup --input a.json --name n --follow --dry-run', { name: 'n', follow: true, dryRun: true }],
  ['follow', { command: 'follow' }],
  ['list --profile ops', { profile: 'ops' }],
  ['open r1 --no-browser', { command: 'open', args: ['r1'], browser: false }],
  ['complete -- follow --port 4700 --stack s r', { command: 'complete', localPort: 4700, stack: 's' }],
  ['status r1', { command: 'status', args: ['r1'] }],
  ['stop r1 --yes r1 --reason late', { command: 'stop', args: ['r1'], yes: 'r1', reason: 'late' }],
  ['history r1', { command: 'history', args: ['r1'] }],
  ['schedules', { command: 'schedules', args: [] }],
  ['schedules enable S', { command: 'schedules enable', args: ['S'], dryRun: false }],
  ['schedules set S --time-zone Europe/Berlin', { command: 'schedules set', args: ['S'], timeZone: 'Europe/Berlin' }],
  ['recovery-points --type EFS --resource fs-1', { command: 'recovery-points', type: 'EFS', resource: 'fs-1' }],
  ['approve', { command: 'approve', dryRun: false }],
  ['refuse r1 --by me', { command: 'refuse', args: ['r1'], by: 'me' }],
  ['doctor --tag a=b --tag c=', { command: 'doctor', tag: ['a=b', 'c='] }],
  ['dynamodb --config c.json', { command: 'dynamodb', config: 'c.json' }],
  ['efs-to-efs start --retain 7', { command: 'efs-to-efs start', retain: 7 }],
  ['efs-to-efs stop r1', { command: 'efs-to-efs stop', args: ['r1'] }],
  [
    'efs-to-efs verify --at 2026-11-20 --sample-files 9',
    { command: 'efs-to-efs verify', at: '2026-11-20', sampleFiles: 9 },
  ],
  [
    'efs-to-efs restore --interval daily --index 0',
    { command: 'efs-to-efs restore', interval: 'daily', index: 0, inPlace: false },
  ],
])('%s', async (line, request) => expect(await requestOf(line)).toMatchObject(request));

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
  ['start efs-backup --input a --name a.b', 'It must be 1 to 80 letters, digits, - or _.'],
  ['start efs-to-efs --input a', 'Start it with: backup-workflows efs-to-efs start'],
  ['start efs-backup --input', 'argument missing'],
  ['status one two', 'too many arguments'],
  ['doctor --tag a', 'It must be KEY=VALUE.'],
  ['recovery-points --type S3', 'Allowed choices are EC2, EBS, EFS, DynamoDB.'],
  ['list --port', "option '--port <N>' argument missing"],
  ['history r1 --html --json', "option '--html <FILE>' argument missing"],
  // Everything that is wrong, at once.
  [
    'start --nme n nothing two --name --follow --dry',
    [
      "error: option '--name <NAME>' argument missing",
      "error: required option '--input <FILE>' not specified",
      "error: unknown option '--nme'\n(Did you mean --name?)",
      "error: unknown option '--dry'",
      "error: too many arguments for 'start'. Expected 1 argument but got 3.",
      "error: argument 'workflow': 'n' is invalid. There is no such workflow.",
    ].join('\n'),
  ],
])('refuses: %s', async (line, text) =>
  expect(await answerTo(line)).toEqual({ text: expect.stringContaining(text), exitCode: 2 }),
);

it.each([
  ['--version', '1.2.3'],
  ['--help', 'backup-workflows list --local'],
  ['start --help', 'backup-workflows start efs-backup --input'],
  ['follow --help', 'backup-workflows follow '],
  ['status --help', 'backup-workflows status '],
  ['list --help', '--local'],
  ['stop --help', '--dry-run'],
  ['open --help', 'backup-workflows open '],
  ['complete --help', 'source <(backup-workflows complete bash)'],
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
])('answers: %s', async (line, text) =>
  expect(await answerTo(line)).toEqual({ text: expect.stringContaining(text), exitCode: 0 }),
);
