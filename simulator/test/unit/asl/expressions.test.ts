import { Harness, invoke, output, pass, types } from './harness';

let harness: Harness;
afterEach(() => harness.close());

/** What one expression makes of an input. */
async function evaluate(expression: string, input: unknown = {}): Promise<unknown> {
  harness = new Harness();
  const execution = await harness.run({ Evaluate: pass({ v: `{% ${expression} %}` }) }, input);
  return execution.error ? { error: execution.error, cause: execution.cause } : output(execution.output).v;
}

describe('JSONata (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html)', () => {
  it('evaluates expressions at any depth, and leaves everything else as it is', async () => {
    harness = new Harness();

    const execution = await harness.run(
      { Shape: pass({ list: [{ id: '{% $states.input.id %}' }, 'plain', null, 3], text: ' {% 1 %}' }) },
      { id: 'i-1' },
    );

    expect(output(execution.output)).toEqual({ list: [{ id: 'i-1' }, 'plain', null, 3], text: ' {% 1 %}' });
  });

  it('fails when the value of an expression is a function, as recorded on AWS', async () => {
    harness = new Harness();

    const execution = await harness.run({ Shape: pass({ a: '{% $fn := function($x){$x} %}' }) });

    const cause =
      "An error occurred while executing the state 'Shape' (entered at the event id #2). The JSONata expression " +
      "'$fn := function($x){$x}' specified for the field 'Output/a' returned an unsupported result type.";
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError', cause });
  });

  it('fails when an expression has no value, and names the field', async () => {
    harness = new Harness();

    const execution = await harness.run({ Shape: pass({ a: ['{% $states.input.missing %}'] }) });

    const cause =
      "An error occurred while executing the state 'Shape' (entered at the event id #2). The JSONata expression " +
      "'$states.input.missing' specified for the field 'Output/a[0]' returned nothing (undefined).";
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError', cause });
    expect(execution.history[2]).toMatchObject({
      type: 'EvaluationFailed',
      evaluationFailedEventDetails: { error: 'States.QueryEvaluationError', location: 'Output/a[0]', state: 'Shape' },
    });
  });

  it('catches an expression that fails', async () => {
    harness = new Harness({ any: () => 1 });

    const execution = await harness.run({
      Any: invoke('any', {
        Output: "{% 'a' + 1 %}",
        Catch: [
          { ErrorEquals: ['States.QueryEvaluationError'], Output: '{% $states.errorOutput.Cause %}', Next: 'End' },
        ],
      }),
      End: { Type: 'Succeed' },
    });

    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.output).toContain('threw an error during evaluation. T2001: ');
  });

  it.each([
    ['a filter that finds one element gives the element', '$states.input[n=2].id', 'b'],
    ['brackets make it an array', '[$states.input[n=2].id]', ['b']],
    ['a filter that finds more gives an array', '$states.input[n>0].id', ['a', 'b']],
  ])('%s', async (_, expression, expected) => {
    const value = await evaluate(expression, [
      { n: 1, id: 'a' },
      { n: 2, id: 'b' },
    ]);

    expect(value).toEqual(expected);
  });

  it.each([
    ['$partition([1..5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ["$hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ["$hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ['$parse(\'{"a":[1]}\')', { a: [1] }],
    ['$random(7) = $random(7)', true],
    ['$length($uuid())', 36],
    ['$now()', '2026-11-20T22:00:00.000Z'],
  ])('%s is %j', async (expression, expected) => {
    const value = await evaluate(expression);

    expect(value).toEqual(expected);
  });

  it('has no $eval', async () => {
    const value = await evaluate("$eval('1+1')");

    expect(value).toMatchObject({ error: 'States.QueryEvaluationError', cause: expect.stringContaining('T1006') });
  });

  it('gives the same $uuid and $random for the same seed', async () => {
    const first = await evaluate('[$uuid(), $random()]');
    harness.close();

    const second = await evaluate('[$uuid(), $random()]');

    expect(second).toEqual(first);
  });
});

describe('The context object (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html)', () => {
  it('tells of the execution, the state and the state machine', async () => {
    harness = new Harness();

    const execution = await harness.run({ Tell: pass('{% $states.context %}') }, { a: 1 });

    expect(output(execution.output)).toEqual({
      Execution: {
        Id: execution.arn,
        Input: { a: 1 },
        Name: execution.name,
        RoleArn: execution.roleArn,
        StartTime: '2026-11-20T22:00:00.000Z',
        RedriveCount: 0,
      },
      State: { Name: 'Tell', EnteredTime: '2026-11-20T22:00:00.000Z' },
      StateMachine: { Id: execution.stateMachineArn, Name: 'machine-1' },
    });
  });
});

describe('Variables (https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html)', () => {
  it('can be read from the next state on, with the values that they had when it was entered', async () => {
    harness = new Harness();

    const execution = await harness.run({
      One: pass({}, { Assign: { n: 1 }, Next: 'Two' }),
      Two: pass('{% {"n": $n} %}', { Assign: { n: '{% $n + 1 %}', m: '{% $n %}' }, Next: 'Three' }),
      Three: { Type: 'Succeed', Output: { before: '{% $states.input.n %}', n: '{% $n %}', m: '{% $m %}' } },
    });

    expect(output(execution.output)).toEqual({ before: 1, n: 2, m: 1 });
    expect(execution.history[4]?.stateExitedEventDetails?.assignedVariables).toEqual({ n: '2', m: '1' });
  });

  it('can read the result of a task, and the error in a Catch', async () => {
    harness = new Harness({ three: () => 3 });

    const execution = await harness.run({
      Three: invoke('three', { Assign: { n: '{% $states.result.Payload %}' }, Next: 'Missing' }),
      Missing: invoke('missing', {
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { e: '{% $states.errorOutput.Error %}' }, Next: 'End' }],
      }),
      End: { Type: 'Succeed', Output: { n: '{% $n %}', e: '{% $e %}' } },
    });

    expect(output(execution.output)).toEqual({ n: 3, e: 'Lambda.ResourceNotFoundException' });
  });

  it('of an outer scope can be read in the iterations of a Map, and those of an iteration nowhere else', async () => {
    harness = new Harness();
    const states = {
      Set: pass('{% [1, 2] %}', { Assign: { factor: 10 }, Next: 'Each' }),
      Each: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'Multiply',
          States: {
            Multiply: pass({}, { Assign: { own: '{% $states.context.Map.Item.Value * $factor %}' }, Next: 'Give' }),
            Give: pass('{% {"own": $own} %}'),
          },
        },
        Next: 'After',
      },
      After: { Type: 'Succeed', Output: { all: '{% $states.input %}', leaked: '{% $exists($own) %}' } },
    };

    const execution = await harness.run(states);

    expect(output(execution.output)).toEqual({ all: [{ own: 10 }, { own: 20 }], leaked: false });
  });

  it('of an outer scope cannot be assigned in a branch', () => {
    harness = new Harness();
    const states = {
      Set: pass({}, { Assign: { n: 1 }, Next: 'Both' }),
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Reset', States: { Reset: pass({}, { Assign: { n: 2 } }) } }],
        End: true,
      },
    };

    expect(() => harness.start(states)).toThrow("'Reset' assigns 'n', which belongs to an outer scope");
  });

  it('fail with States.DataLimitExceeded when a state assigns more than 256 KiB', async () => {
    harness = new Harness();

    const execution = await harness.run({ Big: pass({}, { Assign: { big: "{% $pad('x', 262145, 'x') %}" } }) });

    expect(execution.error).toBe('States.DataLimitExceeded');
  });
});

it('counts every state that is entered as a transition', async () => {
  harness = new Harness();

  const execution = await harness.run({ One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Succeed' } });

  expect(execution.stateTransitions).toBe(2);
  expect(types(execution)).toHaveLength(6);
});
