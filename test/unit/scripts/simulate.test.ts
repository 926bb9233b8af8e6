import { parseCommandLine as parseLocal } from '../../../scripts/local/command-line';
import { parseCommandLine } from '../../../scripts/simulate/command-line';

const WORKFLOWS = ['efs-backup', 'pre-post-backup'];
const SEEDS = 'It must be a whole number from 0 to 4294967295.';
const KNOWN = 'Known: efs-backup, pre-post-backup.';

const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean), WORKFLOWS);

describe('The command line of simulate', () => {
  it.each([
    ['efs-backup', { workflow: 'efs-backup', json: false }],
    ['efs-backup --json', { workflow: 'efs-backup', json: true }],
    ['--json efs-backup', { workflow: 'efs-backup', json: true }],
    ['efs-backup --input a.json', { workflow: 'efs-backup', input: 'a.json', json: false }],
    ['efs-backup --input=a.json', { workflow: 'efs-backup', input: 'a.json', json: false }],
    ['efs-backup --world w.json --faults -', { workflow: 'efs-backup', world: 'w.json', faults: '-', json: false }],
    ['efs-backup --doubts random', { workflow: 'efs-backup', doubts: 'random', json: false }],
    ['efs-backup --doubts d.json', { workflow: 'efs-backup', doubts: 'd.json', json: false }],
    ['efs-backup --seed 0', { workflow: 'efs-backup', seed: 0, json: false }],
    ['efs-backup --seed 4294967295', { workflow: 'efs-backup', seed: 4294967295, json: false }],
  ])('takes: %s', (line, request) => {
    expect(parse(line)).toEqual({ request });
  });

  it.each(['--help', '-h', 'efs-backup --help', '--nonsense --help'])('explains itself: %s', (line) => {
    expect(parse(line)).toEqual({ text: expect.stringContaining('1  it failed'), exitCode: 0 });
  });

  it.each([
    ['', ["missing required argument 'workflow'"]],
    ['efs-restore', [`argument 'workflow': 'efs-restore' is invalid. There is no such workflow. ${KNOWN}`]],
    ['efs-backup pre-post-backup', ['too many arguments. Expected 1 argument but got 2.']],
    [
      'efs-backup --worlds w',
      ["unknown option '--worlds'\n(Did you mean --world?)", 'too many arguments. Expected 1 argument but got 2.'],
    ],
    ['efs-backup -x', ["unknown option '-x'"]],
    ['efs-backup --input', ["option '--input <FILE>' argument missing"]],
    ['efs-backup --doubts', ["option '--doubts <FILE>' argument missing"]],
    ['efs-backup --input=', ["option '--input <FILE>': '' is invalid. It must be a file."]],
    ['efs-backup --input --json', ["option '--input <FILE>' argument missing"]],
    ['efs-backup --input a --input b', ["option '--input <FILE>': 'b' is invalid. a is given already."]],
    ['efs-backup --json=yes', ["unknown option '--json=yes'"]],
    ['efs-backup --seed', ["option '--seed <N>' argument missing"]],
    ['efs-backup --seed -1', [`option '--seed <N>': '-1' is invalid. ${SEEDS}`]],
    ['efs-backup --seed 1.5', [`option '--seed <N>': '1.5' is invalid. ${SEEDS}`]],
    ['efs-backup --seed 4294967296', [`option '--seed <N>': '4294967296' is invalid. ${SEEDS}`]],
    ['efs-backup --input - --world -', ['Only one file can be standard input: --input, --world.']],
    [
      '--bad --seed x',
      [
        `option '--seed <N>': 'x' is invalid. ${SEEDS}`,
        "unknown option '--bad'",
        "missing required argument 'workflow'",
      ],
    ],
  ])('refuses, with every problem: %s', (line, problems) => {
    expect(parse(line)).toEqual({ text: problems.map((problem) => `error: ${problem}\n`).join(''), exitCode: 2 });
  });
});

describe('The command line of local', () => {
  it.each([
    ['', { port: 4620, minutesPerSecond: 1, quiet: false }],
    ['--port 0 --quiet', { port: 0, minutesPerSecond: 1, quiet: true }],
    ['--minutes-per-second 0.5 --world w', { port: 4620, minutesPerSecond: 0.5, quiet: false, world: 'w' }],
  ])('takes: %s', (line, request) => {
    expect(parseLocal(line.split(' ').filter(Boolean), 4620)).toEqual({ request });
  });

  it('refuses, with every problem', () => {
    expect(parseLocal(['--port', '70000', '--minutes-per-second', 'x', 'y'], 4620)).toEqual({
      text: [
        "error: option '--port <N>': '70000' is invalid. It must be a whole number from 0 to 65535.\n",
        "error: option '--minutes-per-second <N>': 'x' is invalid. It must be a number from 0.01 to 600.\n",
        'error: too many arguments. Expected 0 arguments but got 1.\n',
      ].join(''),
      exitCode: 2,
    });
  });
});
