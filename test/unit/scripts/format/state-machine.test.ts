import { readdirSync, readFileSync } from 'node:fs';
import { printStateMachine } from '../../../../scripts/format/state-machine';

const PATHS = readdirSync('statemachines').map((file) => `statemachines/${file}`);
const MACHINES = PATHS.map((path) => [path, readFileSync(path, 'utf8')] as const);

const RETRY = ['TransientServiceError', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'States.Timeout'];
const TASK = {
  Type: 'Task',
  Arguments: { FunctionName: `\${StopFunctionArn}` },
  Retry: [{ ErrorEquals: RETRY, MaxAttempts: 8, BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: 'FULL' }],
  Catch: [
    { ErrorEquals: ['States.ALL'], Output: `{% ${'$states.input '.repeat(12)}%}`, Next: 'Report' },
    { ErrorEquals: ['Other'], Next: 'Report' },
  ],
  Next: 'Report',
};

describe('The layout of a state machine', () => {
  test.each(MACHINES)('%s stands in it', (_path, text) => {
    expect(printStateMachine(JSON.parse(text))).toBe(text);
  });

  test.each(MACHINES)('changes no value of %s, nor the order of its keys', (_path, text) => {
    // Act
    const printed = printStateMachine(JSON.parse(text));

    // Assess
    expect(JSON.stringify(JSON.parse(printed))).toBe(JSON.stringify(JSON.parse(text)));
  });

  test('puts a Retry and a Catch on one line each, however long they are', () => {
    // Act
    const lines = printStateMachine({ States: { Stop: TASK } }).split('\n');

    // Assess
    const only = (field: string) => lines.filter((line) => line.includes(`"${field}":`));
    expect(only('Retry')).toEqual([expect.stringMatching(/^ {6}"Retry": \[\{ .*"JitterStrategy": "FULL" \}\],$/)]);
    expect(only('Catch')).toEqual([expect.stringMatching(/^ {6}"Catch": \[\{ .*"States\.ALL".*"Other".* \}\],$/)]);
    expect(lines).toHaveLength(12);
  });

  test('joins what fits within 120 columns, also a state, and begins a line for each state', () => {
    // Act
    const long = { Type: 'Fail', Error: 'Broken', Cause: 'c'.repeat(120) };
    const printed = printStateMachine({ States: { End: { Type: 'Fail', Causes: [{ a: 1 }, {}] }, Long: long } });

    // Assess
    expect(printed).toBe(`{
  "States": {
    "End": { "Type": "Fail", "Causes": [{ "a": 1 }, {}] },
    "Long": {
      "Type": "Fail",
      "Error": "Broken",
      "Cause": "${long.Cause}"
    }
  }
}
`);
  });

  test.each([
    ['text with quotes and line breaks', { Comment: 'a "b"\n\\c é' }],
    ['null, numbers and empty containers', { a: null, b: 0.5, c: [], d: {}, e: [[]] }],
    [
      'a line of more than 120 columns',
      { States: { A: { Type: 'Pass', Output: { a: 'b'.repeat(60), c: 'd'.repeat(60) } } } },
    ],
  ])('keeps %s, and stays as it is when it is printed again', (_what, definition) => {
    // Act
    const printed = printStateMachine(definition);

    // Assess
    expect(JSON.parse(printed)).toEqual(definition);
    expect(printStateMachine(JSON.parse(printed))).toBe(printed);
  });
});
