import { errorNames } from '../../../../scripts/validate/error-names';
import { findingsIn, findingsInStates, TASK } from './bad-examples';

const ERRORS = 'functions/stop/errors.ts';
const errorClass = (name: string, literal = name) =>
  `export class ${name} extends Error {\n  override readonly name = '${literal}';\n}\n`;
const STOP = "throw new NotStoppedError('i-1');";

describe('The name of an error', () => {
  it('that a state machine expects is known to AWS or to us', async () => {
    const states = {
      Stop: { ...TASK, Retry: [], Catch: [{ ErrorEquals: ['States.Timeout', 'StopFailed'], Next: 'Stop' }] },
    };

    expect(await findingsInStates(errorNames, states)).toEqual([
      "'Stop' expects StopFailed, which is neither AWS's nor in an errors.ts",
    ]);
  });

  it('of ours is thrown or sent, and explained', async () => {
    const files = {
      [ERRORS]: errorClass('NotStoppedError') + errorClass('TooLateError'),
      'functions/stop/stop.ts': STOP,
      'functions/stop/wait.ts': "return { error: 'TooLateError' };",
      'docs/operations.md': '`NotStoppedError` means …, `TooLateError` means …',
    };

    expect(await findingsIn(errorNames, files)).toEqual([]);
  });

  it.each([
    ["await updateRun(runId, { outcome: 'FAILED', error: 'NotUndone' });", 'NotUndone'],
    ["const error = failure?.error ?? 'BackupIncomplete';", 'BackupIncomplete'],
    ["const { reason = 'WorkerFailed' } = report;", 'WorkerFailed'],
    ["return end(run,\n  'WorkerSilent', 'No sign of it.');", 'WorkerSilent'],
  ])('that a run ends with is explained, though no class has it (%#)', async (text, name) => {
    const withPage = (page: string) => ({ 'functions/stop/report.ts': text, 'docs/operations.md': page });

    expect(await findingsIn(errorNames, withPage(`\`${name}\` means …`))).toEqual([]);
    expect(await findingsIn(errorNames, withPage(''))).toEqual([`${name} is not explained in docs/operations.md`]);
  });

  it('that the worker ends with is on its page', async () => {
    const files = {
      'worker/copy.py': "raise WorkerError(\n    'OutOfSpace', 'There is no room left.')\n",
      'docs/efs-to-efs.md': 'nothing',
    };

    expect(await findingsIn(errorNames, files)).toEqual(['OutOfSpace is not explained in docs/efs-to-efs.md']);
  });

  it.each([
    [{ [ERRORS]: errorClass('NotStoppedError') }, 'NotStoppedError is thrown nowhere'],
    [
      { [ERRORS]: errorClass('NotStoppedError', 'Other') + STOP },
      "NotStoppedError must have the literal name 'NotStoppedError'",
    ],
    [{ 'functions/stop/stop.ts': errorClass('NotStoppedError') + STOP }, 'NotStoppedError is not in an errors.ts'],
    [
      { [ERRORS]: errorClass('NotStoppedError') + STOP, 'docs/operations.md': 'nothing' },
      'NotStoppedError is not explained in docs/operations.md',
    ],
  ])('of ours that breaks a rule is found (%#)', async (files, problem) => {
    expect(await findingsIn(errorNames, files)).toEqual([problem]);
  });
});
