import { Harness, invoke, named, output, pass, types } from './harness';

let harness: Harness;
afterEach(() => harness.close());

describe('Pass (https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html)', () => {
  it('hands its input on when it has no Output', async () => {
    harness = new Harness();

    const execution = await harness.run({ Hand: { Type: 'Pass', End: true } }, { a: [1] });

    expect(output(execution.output)).toEqual({ a: [1] });
  });
});

describe('Choice (https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html)', () => {
  const states = {
    'Done?': {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input.state = 'COMPLETED' %}", Next: 'Report', Output: { by: 'rule' } },
        { Condition: '{% $states.input.retries > 2 %}', Next: 'Report', Assign: { tired: true } },
      ],
      Default: 'Report',
      Output: { by: 'default' },
    },
    Report: { Type: 'Succeed', Output: '{% $merge([$states.input, $exists($tired) ? {"tired": $tired} : {}]) %}' },
  };

  it('takes the first rule that holds, with its Output', async () => {
    harness = new Harness();

    const execution = await harness.run(states, { state: 'COMPLETED', retries: 5 });

    expect(output(execution.output)).toEqual({ by: 'rule' });
  });

  it('hands the input on when the rule has no Output, and keeps what the rule assigns', async () => {
    harness = new Harness();

    const execution = await harness.run(states, { state: 'RUNNING', retries: 5 });

    expect(output(execution.output)).toEqual({ state: 'RUNNING', retries: 5, tired: true });
  });

  it('takes Default with the Output of the state when no rule holds', async () => {
    harness = new Harness();

    const execution = await harness.run(states, { state: 'RUNNING', retries: 0 });

    expect(output(execution.output)).toEqual({ by: 'default' });
  });

  it('fails with States.NoChoiceMatched when there is no Default either', async () => {
    harness = new Harness();

    const execution = await harness.run({
      'Any?': { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }] },
      End: { Type: 'Succeed' },
    });

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });

  it('fails when a condition is no boolean', async () => {
    harness = new Harness();

    const execution = await harness.run({
      'Any?': { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'End' }], Default: 'End' },
      End: { Type: 'Succeed' },
    });

    expect(execution.error).toBe('States.QueryEvaluationError');
  });
});

describe('Wait (https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html)', () => {
  it.each([
    ['so many seconds', { Seconds: 90 }, 90],
    ['as many seconds as an expression says', { Seconds: '{% 40 + 2 %}' }, 42],
    ['until a time', { Timestamp: '2026-11-20T23:00:00Z' }, 3600],
    ['no time at all when the time has passed', { Timestamp: '2026-11-20T21:00:00Z' }, 0],
    ['longer than a timer of the process can', { Seconds: 5_000_000 }, 5_000_000],
  ])('waits %s', async (_, fields, seconds) => {
    harness = new Harness();

    const execution = await harness.run({ Rest: { Type: 'Wait', ...fields, End: true } });

    expect(execution.status).toBe('SUCCEEDED');
    expect(harness.seconds).toBe(seconds);
  });
});

it('does not wait until what is no time with an offset, as recorded on AWS', async () => {
  harness = new Harness();

  const execution = await harness.run({ Rest: { Type: 'Wait', Timestamp: '{% "2016-12-05T21:29:29" %}', End: true } });

  const cause =
    "An error occurred while executing the state 'Rest' (entered at the event id #2). The Timestamp field cannot be " +
    'parsed as an ISO-8601 extended offset date-time format string: 2016-12-05T21:29:29';
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError', cause });
});

describe('Succeed and Fail (https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html)', () => {
  it('fails with the error and the cause that expressions give', async () => {
    harness = new Harness();

    const execution = await harness.run(
      { Stop: { Type: 'Fail', Error: '{% $states.input.Error %}', Cause: "{% 'Because ' & $states.input.why %}" } },
      { Error: 'CopyJobFailedError', why: 'of the vault' },
    );

    expect(execution).toMatchObject({ status: 'FAILED', error: 'CopyJobFailedError', cause: 'Because of the vault' });
    expect(types(execution)).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  it('shapes the output of the execution in Succeed', async () => {
    harness = new Harness();

    const execution = await harness.run(
      { Done: { Type: 'Succeed', Output: { n: '{% $states.input.n + 1 %}' } } },
      { n: 1 },
    );

    expect(output(execution.output)).toEqual({ n: 2 });
  });
});

describe('Parallel (https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html)', () => {
  const branch = (states: object) => ({ StartAt: Object.keys(states)[0], States: states });

  it('gives the outputs of its branches in their order, and its input to each', async () => {
    harness = new Harness({ slow: () => harness.account.clock.sleep(9) });

    const execution = await harness.run(
      {
        Both: {
          Type: 'Parallel',
          Arguments: { n: '{% $states.input.n %}' },
          Branches: [
            branch({ Slow: invoke('slow', { Output: '{% $states.input.n %}' }) }),
            branch({ Quick: pass('{% $states.input.n + 1 %}') }),
          ],
          Output: '{% $states.result %}',
          End: true,
        },
      },
      { n: 1, m: 2 },
    );

    expect(output(execution.output)).toEqual([1, 2]);
    expect(types(execution)).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'TaskStateEntered',
      'PassStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'PassStateExited',
      'TaskSucceeded',
      'TaskStateExited',
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'ExecutionSucceeded',
    ]);
    expect(execution.stateTransitions).toBe(3);
  });

  it('stops the other branches when one fails', async () => {
    harness = new Harness({
      fail: async () => {
        await harness.account.clock.sleep(5);
        throw named('BadError');
      },
      later: () => 1,
    });

    const execution = await harness.run({
      Both: {
        Type: 'Parallel',
        Branches: [
          branch({ Fail: invoke('fail') }),
          branch({ Rest: { Type: 'Wait', Seconds: 10, Next: 'Later' }, Later: invoke('later') }),
        ],
        Catch: [{ ErrorEquals: ['BadError'], Next: 'Linger' }],
        End: true,
      },
      Linger: { Type: 'Wait', Seconds: 60, End: true },
    });

    expect(execution.status).toBe('SUCCEEDED');
    expect(harness.invocations.map(({ name }) => name)).toEqual(['fail']);
    expect(types(execution)).toEqual(
      expect.arrayContaining(['WaitStateAborted', 'ParallelStateFailed', 'ParallelStateExited']),
    );
  });
});

describe('Map, inline (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html)', () => {
  const processor = (states: object) => ({
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: Object.keys(states)[0],
    States: states,
  });

  it('runs the processor for each item of Items, and gives the outputs in their order', async () => {
    harness = new Harness({ wait: ({ n }: { n: number }) => harness.account.clock.sleep(n) });

    const execution = await harness.run(
      {
        Each: {
          Type: 'Map',
          Items: '{% $states.input.list %}',
          ItemSelector: { n: '{% $states.context.Map.Item.Value %}', i: '{% $states.context.Map.Item.Index %}' },
          ItemProcessor: processor({
            Wait: invoke('wait', { Output: '{% $states.input.i & ":" & $states.input.n %}' }),
          }),
          End: true,
        },
      },
      { list: [3, 1, 2] },
    );

    expect(output(execution.output)).toEqual(['0:3', '1:1', '2:2']);
    expect(harness.seconds).toBeLessThan(4);
  });

  it('runs no more than MaxConcurrency iterations at a time', async () => {
    harness = new Harness();

    const execution = await harness.run(
      {
        Each: {
          Type: 'Map',
          MaxConcurrency: 1,
          ItemProcessor: processor({ Rest: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } }),
          End: true,
        },
      },
      [5, 7],
    );

    expect(harness.seconds).toBe(12);
    expect(types(execution).slice(1, -1)).toEqual([
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'MapIterationSucceeded',
      'MapIterationStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'MapIterationSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
    ]);
    // As AWS records it: the second iteration follows the last state of the first.
    expect(execution.history[7]).toMatchObject({ id: 8, type: 'MapIterationStarted', previousEventId: 6 });
  });

  it('runs at most 40 iterations at a time', async () => {
    harness = new Harness();

    await harness.run(
      {
        Each: {
          Type: 'Map',
          ItemProcessor: processor({ Rest: { Type: 'Wait', Seconds: 10, End: true } }),
          End: true,
        },
      },
      Array.from({ length: 41 }, (_, index) => index),
    );

    expect(harness.seconds).toBe(20);
  });

  it('gives an empty array for no items', async () => {
    harness = new Harness();

    const execution = await harness.run(
      { Each: { Type: 'Map', ItemProcessor: processor({ Any: pass({}) }), End: true } },
      [],
    );

    expect(output(execution.output)).toEqual([]);
  });

  it('fails when the items are no array, in the words of AWS', async () => {
    harness = new Harness();

    const execution = await harness.run(
      { Each: { Type: 'Map', ItemProcessor: processor({ Any: pass({}) }), End: true } },
      'one',
    );

    expect(execution.error).toBe('States.QueryEvaluationError');
    expect(execution.cause).toBe(
      `An error occurred while executing the state 'Each' (entered at the event id #2). Map state input must be an array but was: "one"`,
    );
    expect(types(execution).slice(-3)).toEqual(['EvaluationFailed', 'MapStateFailed', 'ExecutionFailed']);
  });

  it('fails with the first failure of an iteration, and aborts the others', async () => {
    harness = new Harness({
      some: async (n: number) => {
        await harness.account.clock.sleep(n);
        if (n === 1) throw named('OneError');
      },
    });

    const execution = await harness.run(
      { Each: { Type: 'Map', ItemProcessor: processor({ Some: invoke('some') }), End: true } },
      [9, 1],
    );

    expect(execution.error).toBe('OneError');
    expect(harness.seconds).toBeLessThan(2);
    expect(types(execution).slice(-7)).toEqual([
      'TaskFailed',
      'MapIterationFailed',
      'TaskStateAborted',
      'TaskStateAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });
});
