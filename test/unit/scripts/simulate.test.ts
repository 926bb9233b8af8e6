import { parseCommandLine } from '../../../scripts/simulate/command-line';

const WORKFLOWS = ['efs-backup', 'pre-post-backup'];
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
    expect(parse(line)).toEqual({ help: true });
  });

  it.each([
    ['', [`WORKFLOW is missing. ${KNOWN}`]],
    ['efs-restore', [`There is no workflow efs-restore. ${KNOWN}`]],
    ['efs-backup pre-post-backup', ['One workflow at a time; what is pre-post-backup?']],
    ['efs-backup --worlds w', ['One workflow at a time; what is w?', 'There is no option --worlds.']],
    ['efs-backup -x', ['There is no option -x.']],
    ['efs-backup --input', ['--input needs a file.']],
    ['efs-backup --doubts', ['--doubts needs a file.']],
    ['efs-backup --input=', ['--input needs a file.']],
    ['efs-backup --input --json', ['--input needs a file.']],
    ['efs-backup --input a --input b', ['--input is given twice.']],
    ['efs-backup --json=yes', ['--json takes no value.']],
    ['efs-backup --seed', ['--seed needs a number.']],
    ['efs-backup --seed -1', ['--seed needs a number.']],
    ['efs-backup --seed 1.5', ['--seed must be a whole number from 0 to 4294967295, not 1.5.']],
    ['efs-backup --seed 4294967296', ['--seed must be a whole number from 0 to 4294967295, not 4294967296.']],
    ['efs-backup --input - --world -', ['Only one file can be standard input: --input, --world.']],
    [
      '--bad --seed x',
      [
        `WORKFLOW is missing. ${KNOWN}`,
        'There is no option --bad.',
        '--seed must be a whole number from 0 to 4294967295, not x.',
      ],
    ],
  ])('refuses, with every problem: %s', (line, problems) => {
    expect(parse(line)).toEqual({ problems });
  });
});
