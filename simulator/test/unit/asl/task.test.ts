import { Harness, invoke, named, output, types, waitForToken } from './harness';

let harness: Harness;
afterEach(() => harness.close());

describe('Task with lambda:invoke (https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html)', () => {
  it('gives the payload and the status code of the function as its result', async () => {
    harness = new Harness({ double: ({ n }: { n: number }) => n * 2 });

    const execution = await harness.run({ Double: invoke('double', { Output: '{% $states.result %}' }) }, { n: 21 });

    expect(execution.status).toBe('SUCCEEDED');
    expect(output(execution.output)).toEqual({ ExecutedVersion: '$LATEST', Payload: 42, StatusCode: 200 });
    expect(types(execution)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(execution.history.map(({ previousEventId }) => previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 6]);
    expect(execution.stateTransitions).toBe(1);
  });

  it('fails with the type of the function error and its JSON as the cause', async () => {
    harness = new Harness({
      break: () => {
        throw named('VaultNotFoundError', 'No vault.');
      },
    });

    const execution = await harness.run({ Break: invoke('break') });

    expect(execution).toMatchObject({ status: 'FAILED', error: 'VaultNotFoundError' });
    expect(output(execution.cause)).toMatchObject({ errorType: 'VaultNotFoundError', errorMessage: 'No vault.' });
    expect(types(execution).slice(-2)).toEqual(['TaskFailed', 'ExecutionFailed']);
  });

  it('fails with Lambda.ResourceNotFoundException when the function does not exist', async () => {
    harness = new Harness();

    const execution = await harness.run({ Break: invoke('missing') });

    expect(execution.error).toBe('Lambda.ResourceNotFoundException');
    expect(execution.cause).toContain('Function not found: missing (Service: Lambda, Status Code: 404');
  });

  it('times out after TimeoutSeconds without waiting for the function', async () => {
    harness = new Harness({ sleep: () => harness.account.clock.sleep(600) });

    const execution = await harness.run({ Sleep: invoke('sleep', { TimeoutSeconds: 30 }) });

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout', cause: undefined });
    expect(harness.seconds).toBe(30);
    expect(types(execution).slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
  });

  it('fails with States.DataLimitExceeded when the result is larger than 256 KiB, which States.ALL catches', async () => {
    harness = new Harness({ big: () => 'x'.repeat(262_144) });

    const execution = await harness.run({
      Big: invoke('big', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
      Caught: { Type: 'Succeed' },
    });

    expect(execution.status).toBe('SUCCEEDED');
    expect(JSON.parse(execution.output ?? '')).toMatchObject({ Error: 'States.DataLimitExceeded' });
  });

  it('ends the run with a SimulatorError when the resource is not simulated', () => {
    harness = new Harness();

    expect(() =>
      harness.start({ Run: { Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync', End: true } }),
    ).toThrow('The Task resource arn:aws:states:::glue:startJobRun.sync is not simulated.');
  });
});

describe('A task that waits for its token (https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token)', () => {
  let token = '';
  const keep = ({ token: given }: { token: string }) => {
    token = given;
  };

  it('takes what SendTaskSuccess sends as its result', async () => {
    harness = new Harness({ keep });
    const execution = harness.start({ Wait: waitForToken('keep') });
    await harness.account.clock.runUntil(() => types(execution).includes('TaskSubmitted'), 10);

    harness.stepFunctions.SendTaskSuccess({ taskToken: token, output: '{"state":"COMPLETED"}' });
    await harness.finish(execution);

    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"state":"COMPLETED"}' });
    expect(types(execution).slice(2, -1)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
    ]);
  });

  it.each([
    ['error', { error: 'x'.repeat(257) }],
    ['cause', { cause: 'x'.repeat(32_769) }],
  ])('continues to wait when SendTaskFailure has an %s that is too long', async (_what, fields) => {
    let token = '';
    const take = (payload: { token: string }) => {
      token = payload.token;
    };
    harness = new Harness({ take });
    const execution = harness.start({ Work: waitForToken('take') });
    const { clock } = harness.account;
    await clock.runUntil(clock.sleep(10), 100);

    expect(() => harness.stepFunctions.SendTaskFailure({ taskToken: token, ...fields })).toThrow(
      expect.objectContaining({ code: 'ValidationException' }),
    );
    expect(execution.status).toBe('RUNNING');
  });

  it('fails with what SendTaskFailure sends', async () => {
    harness = new Harness({ keep });
    const execution = harness.start({ Wait: waitForToken('keep') });
    await harness.account.clock.runUntil(() => types(execution).includes('TaskSubmitted'), 10);

    harness.stepFunctions.SendTaskFailure({ taskToken: token, error: 'BackupJobFailedError', cause: 'Disk full.' });
    await harness.finish(execution);

    expect(execution).toMatchObject({ status: 'FAILED', error: 'BackupJobFailedError', cause: 'Disk full.' });
  });

  it('continues when the token comes back before the function has returned', async () => {
    harness = new Harness({
      answer: async ({ token: given }: { token: string }) => {
        harness.stepFunctions.SendTaskSuccess({ taskToken: given, output: '1' });
        await harness.account.clock.sleep(5);
      },
    });

    const execution = await harness.run({ Wait: waitForToken('answer') });

    expect(execution.output).toBe('1');
    expect(types(execution)).not.toContain('TaskSubmitted');
  });

  it('fails at once when the function itself fails', async () => {
    harness = new Harness({
      break: () => {
        throw named('NoSuchVolumeError');
      },
    });

    const execution = await harness.run({ Wait: waitForToken('break', { TimeoutSeconds: 3600 }) });

    expect(execution.error).toBe('NoSuchVolumeError');
    expect(harness.seconds).toBeLessThan(1);
  });

  it.each(['Timeout', 'HeartbeatTimeout'] as const)(
    'fails with States.%s when no heartbeat comes in time',
    async (heartbeatError) => {
      harness = new Harness({ keep }, { doubts: { 'stepFunctions.heartbeatError': heartbeatError } });
      const execution = harness.start({ Wait: waitForToken('keep', { TimeoutSeconds: 3600, HeartbeatSeconds: 60 }) });
      const sleep = (seconds: number) => harness.account.clock.runUntil(harness.account.clock.sleep(seconds), 100);

      await sleep(50);
      harness.stepFunctions.SendTaskHeartbeat({ taskToken: token });
      await harness.finish(execution);

      expect(execution.error).toBe(`States.${heartbeatError}`);
      expect(harness.seconds).toBeCloseTo(110, 0);
    },
  );

  it('times out after TimeoutSeconds however many heartbeats come', async () => {
    harness = new Harness({ keep });
    const execution = harness.start({ Wait: waitForToken('keep', { TimeoutSeconds: 100, HeartbeatSeconds: 60 }) });
    const { clock } = harness.account;

    await clock.runUntil(clock.sleep(50), 100);
    harness.stepFunctions.SendTaskHeartbeat({ taskToken: token });
    await harness.finish(execution);

    expect(execution.error).toBe('States.Timeout');
    expect(harness.seconds).toBe(100);
  });

  it('waits for longer than a timer of the process can', async () => {
    harness = new Harness({ keep });

    const execution = await harness.run({ Wait: waitForToken('keep', { TimeoutSeconds: 40 * 86_400 }) });

    expect(execution.error).toBe('States.Timeout');
    expect(harness.seconds).toBe(40 * 86_400);
  });

  it('gives each attempt a token of its own, and drops the one before', async () => {
    const tokens: string[] = [];
    harness = new Harness({
      collect: ({ token: given }: { token: string }) => {
        tokens.push(given);
      },
    });
    const execution = harness.start({
      Wait: waitForToken('collect', {
        HeartbeatSeconds: 60,
        Retry: [{ ErrorEquals: ['States.HeartbeatTimeout', 'States.Timeout'], IntervalSeconds: 10 }],
      }),
    });

    await harness.account.clock.runUntil(() => tokens.length === 2, 200);

    expect(tokens[0]).not.toBe(tokens[1]);
    expect(() => harness.stepFunctions.SendTaskSuccess({ taskToken: tokens[0], output: '1' })).toThrow(
      expect.objectContaining({ code: 'TaskTimedOut' }),
    );
    harness.stepFunctions.SendTaskSuccess({ taskToken: tokens[1], output: '2' });
    await harness.finish(execution);
    expect(execution.output).toBe('2');
  });
});
