import { errorNames } from '../../../../scripts/validate/error-names';
import { findingsIn, findingsInStates, TASK } from './bad-examples';

const ERRORS = 'functions/stop/errors.ts';
const errorClass = (name: string, literal = name) =>
  `export class ${name} extends Error {\n  override readonly name = '${literal}';\n}\n`;
const STOP = "throw new NotStoppedError('i-1');";

describe('the name of an error', () => {
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
