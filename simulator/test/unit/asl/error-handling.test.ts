import { SimulatorError } from '../../../errors';
import { Harness, invoke, named, output, types } from './harness';

let harness: Harness;
afterEach(() => harness.close());

const failing = (name: string) => () => {
  throw named(name);
};
const retry = (fields: object) => [{ ErrorEquals: ['States.ALL'], ...fields }];
const times = () => harness.invocations.map(({ at }) => Math.round(at));

describe('Retry (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error)', () => {
  it('tries three times more by default, after 1, 2 and 4 seconds', async () => {
    harness = new Harness({ fail: failing('BadError') });

    const execution = await harness.run({ Try: invoke('fail', { Retry: retry({}) }) });

    expect(execution.error).toBe('BadError');
    expect(times()).toEqual([0, 1, 3, 7]);
    expect(execution.stateTransitions).toBe(4);
    expect(types(execution).filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
    expect(types(execution).filter((type) => type === 'TaskFailed')).toHaveLength(4);
  });

  it('follows IntervalSeconds, BackoffRate and MaxDelaySeconds', async () => {
    harness = new Harness({ fail: failing('BadError') });
    const fields = { IntervalSeconds: 10, BackoffRate: 3, MaxDelaySeconds: 50, MaxAttempts: 4 };

    await harness.run({ Try: invoke('fail', { Retry: retry(fields) }) });

    expect(times()).toEqual([0, 10, 40, 90, 140]);
  });

  it('never tries again when MaxAttempts is 0', async () => {
    harness = new Harness({ fail: failing('BadError') });

    await harness.run({ Try: invoke('fail', { Retry: retry({ MaxAttempts: 0 }) }) });

    expect(times()).toEqual([0]);
  });

  it('spreads the delays with full jitter, the same for the same seed', async () => {
    const runOnce = async (seed: number) => {
      harness = new Harness({ fail: failing('BadError') }, { seed });
      await harness.run({
        Try: invoke('fail', { Retry: retry({ IntervalSeconds: 100, BackoffRate: 1, JitterStrategy: 'FULL' }) }),
      });
      const at = harness.invocations.map((invocation) => invocation.at);
      harness.close();
      return at;
    };

    const first = await runOnce(1);

    expect(first.at(-1)).toBeGreaterThan(0);
    expect(first.at(-1)).toBeLessThan(300);
    expect(await runOnce(1)).toEqual(first);
    expect(await runOnce(2)).not.toEqual(first);
  });

  it('counts the attempts of each retrier on its own', async () => {
    const errors = ['AError', 'BError', 'AError', 'BError'];
    harness = new Harness({
      alternate: () => {
        throw named(errors[harness.invocations.length - 1] ?? 'AError');
      },
    });

    await harness.run({
      Try: invoke('alternate', {
        Retry: [
          { ErrorEquals: ['AError'], MaxAttempts: 2 },
          { ErrorEquals: ['BError'], MaxAttempts: 2 },
        ],
      }),
    });

    expect(harness.invocations).toHaveLength(5);
  });

  it('tells the attempt in State.RetryCount', async () => {
    harness = new Harness({ fail: failing('BadError') });
    const Arguments = { FunctionName: 'fn:fail', Payload: '{% $states.context.State.RetryCount %}' };

    await harness.run({ Try: invoke('fail', { Arguments, Retry: retry({ MaxAttempts: 2 }) }) });

    expect(harness.invocations.map(({ payload }) => payload)).toEqual([0, 1, 2]);
  });

  it('runs a whole Map again', async () => {
    harness = new Harness({ fail: failing('BadError') });

    const execution = await harness.run(
      {
        Each: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'Try', States: { Try: invoke('fail') } },
          Retry: retry({ MaxAttempts: 1 }),
          End: true,
        },
      },
      [1],
    );

    expect(types(execution).filter((type) => type === 'MapStateStarted')).toHaveLength(2);
    expect(types(execution).filter((type) => type === 'MapStateFailed')).toHaveLength(1);
  });
});

describe('Catch (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-fallback-states)', () => {
  const caughtBy = async (error: string, ErrorEquals: string[], fields: object = {}) => {
    harness = new Harness({ fail: failing(error), sleep: () => harness.account.clock.sleep(100) });
    const execution = await harness.run({
      Try: invoke('fail', { ...fields, Catch: [{ ErrorEquals, Next: 'Caught' }] }),
      Caught: { Type: 'Succeed' },
    });
    harness.close();
    return execution;
  };

  it('hands Error and Cause on by default', async () => {
    const execution = await caughtBy('BadError', ['OtherError', 'BadError']);

    expect(output(execution.output)).toEqual({ Error: 'BadError', Cause: expect.stringContaining('BadError') });
    expect(types(execution).slice(4, -2)).toEqual(['TaskFailed', 'TaskStateExited', 'SucceedStateEntered']);
  });

  it('has an empty Cause after a timeout', async () => {
    const Arguments = { FunctionName: 'fn:sleep' };

    const execution = await caughtBy('', ['States.ALL'], { Arguments, TimeoutSeconds: 5 });

    expect(output(execution.output)).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  it('takes the first catcher that matches, with its Output and Assign', async () => {
    harness = new Harness({ fail: failing('BadError') });

    const execution = await harness.run(
      {
        Try: invoke('fail', {
          Catch: [
            { ErrorEquals: ['OtherError'], Next: 'End' },
            {
              ErrorEquals: ['BadError'],
              Output: { error: '{% $states.errorOutput.Error %}', input: '{% $states.input.id %}' },
              Assign: { failed: true },
              Next: 'End',
            },
            { ErrorEquals: ['States.ALL'], Next: 'End' },
          ],
        }),
        End: { Type: 'Succeed', Output: '{% $merge([$states.input, {"failed": $failed}]) %}' },
      },
      { id: 7 },
    );

    expect(output(execution.output)).toEqual({ error: 'BadError', input: 7, failed: true });
  });

  it.each([
    ['BadError', ['States.ALL'], 'SUCCEEDED'],
    ['BadError', ['States.TaskFailed'], 'SUCCEEDED'],
    ['BadError', ['States.Timeout'], 'FAILED'],
    ['States.DataLimitExceeded', ['States.ALL'], 'SUCCEEDED'],
    ['States.DataLimitExceeded', ['States.TaskFailed'], 'FAILED'],
    ['States.DataLimitExceeded', ['States.DataLimitExceeded'], 'SUCCEEDED'],
    ['States.Runtime', ['States.ALL'], 'FAILED'],
    ['States.Runtime', ['States.Runtime'], 'FAILED'],
    ['States.Timeout', ['States.TaskFailed'], 'FAILED'],
    ['States.Timeout', ['States.Timeout'], 'SUCCEEDED'],
    ['States.HeartbeatTimeout', ['States.HeartbeatTimeout'], 'SUCCEEDED'],
    ['States.HeartbeatTimeout', ['States.Timeout'], 'SUCCEEDED'],
    ['States.HeartbeatTimeout', ['States.TaskFailed'], 'FAILED'],
  ])('of %s by %j: the execution has %s', async (error, errorEquals, status) => {
    const execution = await caughtBy(error, errorEquals);

    expect(execution.status).toBe(status);
  });

  it('never hides a gap of the simulator', async () => {
    harness = new Harness({ any: () => 1 });
    harness.account.region().lambda.Invoke = async () => {
      throw new SimulatorError('Not simulated.');
    };
    const execution = harness.start({
      Try: invoke('any', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
      Caught: { Type: 'Succeed' },
    });

    await expect(harness.finish(execution)).rejects.toThrow(SimulatorError);
  });
});
