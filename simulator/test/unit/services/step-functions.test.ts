import { AwsError } from '../../../errors';
import { Harness, invoke, named, pass, types, waitForToken } from '../asl/harness';

let harness: Harness;
afterEach(() => harness.close());

const code = (expected: string) => expect.objectContaining({ code: expected });
const rest = { Rest: { Type: 'Wait', Seconds: 100, End: true } };
const quick = { Quick: pass({ a: 1 }) };

describe('CreateStateMachine (https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html)', () => {
  const create = (definition: object, name = 'machine') =>
    harness.stepFunctions.CreateStateMachine({ name, definition: JSON.stringify(definition), roleArn: 'role' });
  const JSONATA = { QueryLanguage: 'JSONata' };

  it('gives the same answer for the same definition, and refuses another under the same name', () => {
    harness = new Harness();
    const definition = { ...JSONATA, StartAt: 'Quick', States: quick };
    const first = create(definition);

    expect(create(definition)).toEqual(first);
    expect(() => create({ ...definition, Comment: 'New.' })).toThrow(code('StateMachineAlreadyExists'));
  });

  it.each([
    ['a state that does not exist', { States: { Quick: { Type: 'Pass', Next: 'Missing' } } }],
    ['a JSONata syntax error', { States: { Quick: pass({ a: '{% 1 + %}' }) } }],
    ['a JSONPath field', { States: { Quick: { Type: 'Pass', ResultPath: '$.a', End: true } } }],
    [
      'States.ALL beside another error',
      { States: { Quick: invoke('f', { Retry: [{ ErrorEquals: ['States.ALL', 'BadError'] }] }) } },
    ],
    [
      'States.ALL before another retrier',
      { States: { Quick: invoke('f', { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['BadError'] }] }) } },
    ],
    [
      'a heartbeat as long as the timeout',
      { States: { Quick: invoke('f', { TimeoutSeconds: 9, HeartbeatSeconds: 9 }) } },
    ],
    ['a state name of 81 characters', { StartAt: 'x'.repeat(81), States: { ['x'.repeat(81)]: pass({}) } }],
  ])('refuses %s', (_, definition) => {
    harness = new Harness();

    expect(() => create({ ...JSONATA, StartAt: 'Quick', ...definition })).toThrow(code('InvalidDefinition'));
  });

  it('names the fields that a definition lacks', () => {
    harness = new Harness();

    expect(() => create({ ...JSONATA, StartAt: 'Quick' })).toThrow(
      "'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
    );
  });

  it('takes a description of a version only with the version, which is not simulated', () => {
    harness = new Harness();
    const definition = JSON.stringify({ ...JSONATA, StartAt: 'Quick', States: quick });
    const others = { name: 'machine', definition, roleArn: 'role' };

    expect(() => harness.stepFunctions.CreateStateMachine({ ...others, versionDescription: 'x' })).toThrow(
      'Version description can only be set when publish is true',
    );
    expect(() => harness.stepFunctions.CreateStateMachine({ ...others, publish: true })).toThrow(
      expect.objectContaining({ name: 'SimulatorError' }),
    );
  });

  it('refuses an update of nothing', () => {
    harness = new Harness();
    const { stateMachineArn } = create({ ...JSONATA, StartAt: 'Quick', States: quick });

    expect(() => harness.stepFunctions.UpdateStateMachine({ stateMachineArn })).toThrow(
      code('MissingRequiredParameter'),
    );
  });

  it.each([
    [{ maxResults: 1001 }, 'value less than or equal to 1000'],
    [{ nextToken: 'x'.repeat(3097) }, 'length less than or equal to 3096'],
    [{ statusFilter: 'succeeded' as 'SUCCEEDED' }, 'enum value set: [SUCCEEDED, TIMED_OUT'],
  ])('refuses a list with %j', (input, constraint) => {
    harness = new Harness();
    const { stateMachineArn } = create({ ...JSONATA, StartAt: 'Quick', States: quick });

    expect(() => harness.stepFunctions.ListExecutions({ stateMachineArn, ...input })).toThrow(constraint);
  });

  it('refuses a name of 81 characters', () => {
    harness = new Harness();

    expect(() => create({ ...JSONATA, StartAt: 'Quick', States: quick }, 'x'.repeat(81))).toThrow(code('InvalidName'));
  });

  it.each([
    ['JSONPath', { StartAt: 'Quick', States: { Quick: { Type: 'Pass', End: true } } }],
    [
      'ItemReader of an inline map',
      {
        ...JSONATA,
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Arguments: {} },
            ItemProcessor: { StartAt: 'Quick', States: quick },
            End: true,
          },
        },
      },
    ],
  ])('does not simulate %s', (_, definition) => {
    harness = new Harness();

    expect(() => create(definition)).toThrow(expect.objectContaining({ name: 'SimulatorError' }));
  });

  it('lets running executions keep their definition when it is updated', async () => {
    harness = new Harness();
    const execution = harness.start(rest);
    const definition = JSON.stringify({ ...JSONATA, StartAt: 'Quick', States: quick });

    harness.stepFunctions.UpdateStateMachine({ stateMachineArn: execution.stateMachineArn, definition });
    await harness.finish(execution);

    expect(types(execution)).toContain('WaitStateEntered');
  });
});

describe('StartExecution (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html)', () => {
  it('gives the running execution back for the same name and input, and refuses another input', () => {
    harness = new Harness();
    const start = { stateMachineArn: harness.createMachine(rest), name: 'nightly', input: '{"a":1}' };
    const first = harness.stepFunctions.StartExecution(start);

    expect(harness.stepFunctions.StartExecution(start)).toEqual(first);
    expect(() => harness.stepFunctions.StartExecution({ ...start, input: '{}' })).toThrow(
      code('ExecutionAlreadyExists'),
    );
  });

  it('refuses the name of an execution that has ended', async () => {
    harness = new Harness();
    const start = { stateMachineArn: harness.createMachine(quick), name: 'nightly', input: '{}' };
    const { executionArn } = harness.stepFunctions.StartExecution(start);
    await harness.account.clock.runUntil(
      () => harness.stepFunctions.DescribeExecution({ executionArn }).status === 'SUCCEEDED',
      1,
    );

    expect(() => harness.stepFunctions.StartExecution(start)).toThrow(code('ExecutionAlreadyExists'));
  });

  it.each([
    ['InvalidExecutionInput', { input: 'no JSON' }],
    ['InvalidName', { name: 'with space' }],
    ['StateMachineDoesNotExist', { stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:other' }],
  ])('refuses with %s', (error, fields) => {
    harness = new Harness();
    const stateMachineArn = harness.createMachine(quick);

    expect(() => harness.stepFunctions.StartExecution({ stateMachineArn, ...fields })).toThrow(code(error));
  });
});

describe('RedriveExecution (https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html)', () => {
  const twoSteps = { First: invoke('first', { Next: 'Second', Assign: { kept: 7 } }), Second: invoke('second') };

  it('continues from the state that failed, with its input and the variables as they were', async () => {
    let isBroken = true;
    harness = new Harness({
      first: () => ({ n: 1 }),
      second: (payload: object) => {
        if (isBroken) throw named('BrokenError', 'Not yet.');
        return payload;
      },
    });
    const last = invoke('second', { Output: '{% $merge([$states.result.Payload, {"kept": $kept}]) %}' });
    const execution = await harness.run({ ...twoSteps, Second: last });
    isBroken = false;

    harness.stepFunctions.RedriveExecution({ executionArn: execution.arn });
    await harness.finish(execution);

    expect(execution).toMatchObject({ status: 'SUCCEEDED', error: undefined, output: '{"n":1,"kept":7}' });
    expect(harness.invocations.map(({ name }) => name)).toEqual(['first', 'second', 'second']);
    expect(types(execution)).toContain('ExecutionRedriven');
    expect(harness.events.map(({ detail }) => (detail as { status: string }).status)).toEqual([
      'RUNNING',
      'FAILED',
      'RUNNING',
      'SUCCEEDED',
    ]);
  });

  it('takes up a wait in which the execution was stopped, with the time limit of the state machine anew', async () => {
    harness = new Harness();
    const { clock } = harness.account;
    const execution = harness.start({ Rest: { Type: 'Wait', Seconds: 60, End: true } }, {}, { TimeoutSeconds: 90 });
    await clock.runUntil(clock.sleep(50), 60);
    harness.stepFunctions.StopExecution({ executionArn: execution.arn });

    harness.stepFunctions.RedriveExecution({ executionArn: execution.arn });
    await harness.finish(execution);

    expect(execution.status).toBe('SUCCEEDED');
    expect(harness.seconds).toBe(110);
  });

  it('refuses what runs, has succeeded, or ended more than 14 days ago', async () => {
    harness = new Harness();
    const { clock } = harness.account;
    const redrive = ({ arn }: { arn: string }) => harness.stepFunctions.RedriveExecution({ executionArn: arn });
    const running = harness.start(rest);
    const succeeded = await harness.run(quick);
    const old = await harness.run({ Stop: { Type: 'Fail' } });

    expect(() => redrive(running)).toThrow(code('ExecutionNotRedrivable'));
    expect(() => redrive(succeeded)).toThrow(code('ExecutionNotRedrivable'));
    await clock.runUntil(clock.sleep(15 * 86_400), 16 * 86_400);
    expect(() => redrive(old)).toThrow(code('ExecutionNotRedrivable'));
  });
});

describe('StopExecution (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html)', () => {
  it.each([
    ['in a wait', rest],
    ['in a task', { Work: invoke('slow') }],
    ['before a retry', { Work: invoke('missing', { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 50 }] }) }],
    ['in a branch', { Both: { Type: 'Parallel', Branches: [{ StartAt: 'Rest', States: rest }], End: true } }],
  ])('stops an execution %s at once', async (_, states) => {
    harness = new Harness({ slow: () => harness.account.clock.sleep(100) });
    const { clock } = harness.account;
    const execution = harness.start(states);
    await clock.runUntil(clock.sleep(10), 100);
    const before = types(execution);

    harness.stepFunctions.StopExecution({ executionArn: execution.arn, error: 'Stop', cause: 'By hand.' });
    await clock.runUntil(clock.sleep(1000), 2000);

    expect(execution).toMatchObject({ status: 'ABORTED', error: 'Stop', cause: 'By hand.' });
    expect(types(execution)).toEqual([...before, 'ExecutionAborted']);
    expect(execution.stopDate).toEqual(new Date('2026-11-20T22:00:10Z'));
  });

  it.each([
    ['error', { error: 'x'.repeat(257) }],
    ['cause', { cause: 'x'.repeat(32_769) }],
  ])('refuses an %s that is too long', (_what, fields) => {
    harness = new Harness();
    const execution = harness.start(rest);

    expect(() => harness.stepFunctions.StopExecution({ executionArn: execution.arn, ...fields })).toThrow(
      code('ValidationException'),
    );
    expect(execution.status).toBe('RUNNING');
  });

  it('closes the tokens of the execution', async () => {
    let token = '';
    harness = new Harness({
      keep: (payload: { token: string }) => {
        token = payload.token;
      },
    });
    const execution = harness.start({ Wait: waitForToken('keep') });
    await harness.account.clock.runUntil(() => token !== '', 10);

    harness.stepFunctions.StopExecution({ executionArn: execution.arn });

    expect(() => harness.stepFunctions.SendTaskSuccess({ taskToken: token, output: '1' })).toThrow(
      code('TaskTimedOut'),
    );
  });
});

describe('An execution', () => {
  it('times out after TimeoutSeconds of the state machine, with the error in its history only', async () => {
    harness = new Harness();

    const execution = await harness.run(rest, {}, { TimeoutSeconds: 3 });

    expect(execution).toMatchObject({ status: 'TIMED_OUT', error: undefined, cause: undefined });
    expect(types(execution)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionTimedOut']);
    expect(execution.history[2]).toMatchObject({ executionTimedOutEventDetails: { error: 'States.Timeout' } });
    expect(harness.seconds).toBe(3);
  });

  it('fails at 25,000 events (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html)', async () => {
    harness = new Harness();

    const execution = await harness.run({
      'Over?': { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }], Default: 'Over?' },
      End: { Type: 'Succeed' },
    });

    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    expect(execution.history).toHaveLength(25_000);
    expect(execution.history.at(-1)).toMatchObject({ id: 25_000, previousEventId: 24_999, type: 'ExecutionFailed' });
  });

  it('tells EventBridge of its start and its end', async () => {
    harness = new Harness();

    const execution = await harness.run(quick, { b: 2 });

    expect(harness.events).toMatchObject([
      {
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        resources: [execution.arn],
        detail: { status: 'RUNNING', executionArn: execution.arn, input: '{"b":2}', output: null, stopDate: null },
      },
      { detail: { status: 'SUCCEEDED', output: '{"a":1}', stopDate: execution.stopDate?.getTime() } },
    ]);
  });

  it('has the same history, byte for byte, for the same seed', async () => {
    const history = async (seed: number) => {
      harness = new Harness(
        { wait: () => harness.account.clock.sleep(harness.account.random.between(1, 5)) },
        { seed },
      );
      const execution = await harness.run(
        {
          Each: {
            Type: 'Map',
            MaxConcurrency: 2,
            ItemProcessor: { StartAt: 'Wait', States: { Wait: invoke('wait', { Assign: { id: '{% $uuid() %}' } }) } },
            End: true,
          },
        },
        [1, 2, 3, 4],
      );
      harness.close();
      return JSON.stringify(execution.history);
    };

    const first = await history(1);

    expect(await history(1)).toBe(first);
    expect(await history(2)).not.toBe(first);
  });
});

describe('GetExecutionHistory (https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html)', () => {
  it('gives the events page by page, from either end', async () => {
    harness = new Harness();
    const { arn: executionArn } = await harness.run(quick);
    const ids = (input: object) => {
      const { events, nextToken } = harness.stepFunctions.GetExecutionHistory({ executionArn, ...input });
      return { ids: events.map(({ id }) => id), nextToken };
    };

    const first = ids({ maxResults: 3 });

    expect(first.ids).toEqual([1, 2, 3]);
    expect(ids({ maxResults: 3, nextToken: first.nextToken })).toEqual({ ids: [4], nextToken: undefined });
    expect(ids({ reverseOrder: true }).ids).toEqual([4, 3, 2, 1]);
  });
});

describe('SendTaskSuccess (https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html)', () => {
  it.each([
    ['InvalidToken', { taskToken: 'nonsense', output: '1' }],
    ['InvalidOutput', { taskToken: 'nonsense', output: '{' }],
  ])('refuses with %s', (error, input) => {
    harness = new Harness();

    expect(() => harness.stepFunctions.SendTaskSuccess(input)).toThrow(code(error));
  });
});

describe('Permissions (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html)', () => {
  it('are checked on the state machine, the execution, or the state machine of the token', async () => {
    let taskToken = '';
    harness = new Harness({
      keep: ({ token }: { token: string }) => {
        taskToken = token;
      },
    });
    const { arn: executionArn, stateMachineArn } = harness.start({ Wait: waitForToken('keep') });
    await harness.account.clock.runUntil(() => taskToken !== '', 10);
    const access = (operation: string, input: Record<string, string>) => harness.stepFunctions.access(operation, input);

    expect(access('StartExecution', { stateMachineArn })).toEqual([
      { action: 'states:StartExecution', resource: stateMachineArn },
    ]);
    expect(access('StopExecution', { executionArn })).toEqual([
      { action: 'states:StopExecution', resource: executionArn },
    ]);
    expect(access('SendTaskSuccess', { taskToken })).toEqual([
      { action: 'states:SendTaskSuccess', resource: stateMachineArn },
    ]);
  });
});

describe('A task that starts an execution (https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html)', () => {
  const nest = (child: object, suffix: string, fields: object = {}) => ({
    Nest: {
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution${suffix}`,
      Arguments: { StateMachineArn: harness.createMachine(child), Input: { b: 2 }, Name: 'nested' },
      End: true,
      ...fields,
    },
  });

  it('continues as soon as the nested execution has started', async () => {
    harness = new Harness();

    const execution = await harness.run(nest(rest, ''));

    expect(JSON.parse(execution.output ?? '')).toMatchObject({ ExecutionArn: expect.stringContaining(':nested') });
    expect(harness.seconds).toBeLessThan(1);
  });

  it('with .sync:2 waits for its end, and gives its output as JSON', async () => {
    harness = new Harness();

    const execution = await harness.run(nest(quick, '.sync:2'));

    expect(JSON.parse(execution.output ?? '')).toMatchObject({
      Status: 'SUCCEEDED',
      Input: { b: 2 },
      Output: { a: 1 },
    });
    expect(types(execution)).toContain('TaskSubmitted');
  });

  it('with .sync:2 fails with States.TaskFailed when the nested execution fails', async () => {
    harness = new Harness();

    const execution = await harness.run(nest({ Stop: { Type: 'Fail', Error: 'InnerError' } }, '.sync:2'));

    expect(execution.error).toBe('States.TaskFailed');
    expect(JSON.parse(execution.cause ?? '')).toMatchObject({ Error: 'InnerError', Status: 'FAILED' });
  });

  it('with .sync:2 stops the nested execution when the task times out', async () => {
    harness = new Harness();

    await harness.run(nest(rest, '.sync:2', { TimeoutSeconds: 5 }));

    const nested = [...harness.stepFunctions.executions.values()].find(({ name }) => name === 'nested');
    expect(nested?.status).toBe('ABORTED');
  });
});

describe('AWS SDK integrations (https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html)', () => {
  const publish = (resource: string) => ({
    Tell: { Type: 'Task', Resource: resource, Arguments: { TopicArn: 'topic', Message: { a: 1 } }, End: true },
  });
  const withSns = (answer: (input: unknown) => object) => {
    harness = new Harness();
    const { sns } = harness.account.region();
    Object.assign(sns, { access: () => [], Publish: answer });
  };

  it('call the operation of the service, and give its output', async () => {
    const inputs: unknown[] = [];
    withSns((input) => {
      inputs.push(input);
      return { MessageId: 'm-1' };
    });

    const execution = await harness.run(publish('arn:aws:states:::sns:publish'));

    expect(execution.output).toBe('{"MessageId":"m-1"}');
    expect(inputs).toEqual([{ TopicArn: 'topic', Message: '{"a":1}' }]);
  });

  it.each([
    ['arn:aws:states:::aws-sdk:sns:publish', 'NotFound', 'Sns.NotFoundException'],
    ['arn:aws:states:::sns:publish', 'NotFound', 'SNS.NotFoundException'],
    ['arn:aws:states:::aws-sdk:sns:publish', 'AuthorizationError', 'Sns.SnsException'],
  ])('%s that answers %s fails with %s', async (resource, refusal, error) => {
    withSns(() => {
      throw new AwsError(refusal, 'Topic does not exist', 404);
    });

    const execution = await harness.run(publish(resource));

    expect(execution.error).toBe(error);
    expect(execution.cause).toContain('Topic does not exist (Service: ');
  });
});
