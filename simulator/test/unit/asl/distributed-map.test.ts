import type { Execution } from '../../../asl/execution';
import type { PinnedDoubts } from '../../../doubts';
import { allowing, putRoles, roleArn } from '../iam/roles';
import { Harness, invoke, named, output, pass, types } from './harness';

let harness: Harness;
afterEach(() => harness.close());

function distributed(states: object, fields: object = {}): object {
  return {
    Type: 'Map',
    Label: 'Each',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: Object.keys(states)[0],
      States: states,
    },
    End: true,
    ...fields,
  };
}

function children(execution: Execution): Execution[] {
  return [...harness.stepFunctions.executions.values()].filter((other) => other.mapRunArn && other !== execution);
}

const fails = (payload: { n: number }) => {
  if (payload.n < 0) throw named('NegativeError');
  return payload.n;
};
const items = (...numbers: number[]) => numbers.map((n) => ({ n }));

describe('Map, distributed (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html)', () => {
  it('runs a child execution for each item, with its own history', async () => {
    harness = new Harness({ fails });

    const execution = await harness.run({ Each: distributed({ Work: invoke('fails') }) }, items(1, 2));

    expect(output(execution.output)).toEqual([1, 2]);
    expect(types(execution)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    const [child] = children(execution);
    expect(child?.arn).toMatch(/^arn:aws:states:eu-west-1:111122223333:execution:machine-1\/Each:[0-9a-f-]{36}$/);
    expect(child).toMatchObject({
      input: '{"n":1}',
      output: '1',
      stateMachineArn: `${execution.stateMachineArn}/Each`,
    });
    expect(types(child as Execution)[0]).toBe('ExecutionStarted');
    expect(execution.stateTransitions).toBe(1);
  });

  it('tells of the Map Run and of its executions', async () => {
    harness = new Harness({ fails });
    const execution = await harness.run(
      { Each: distributed({ Work: invoke('fails') }, { ToleratedFailureCount: 1 }) },
      items(1, -2, 3),
    );

    const { mapRuns = [] } = harness.stepFunctions.ListMapRuns({ executionArn: execution.arn });
    const mapRun = harness.stepFunctions.DescribeMapRun({ mapRunArn: mapRuns[0]?.mapRunArn });
    const { executions } = harness.stepFunctions.ListExecutions({ mapRunArn: mapRuns[0]?.mapRunArn });

    expect(mapRun).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { total: 3, succeeded: 2, failed: 1, pending: 0 },
    });
    expect(executions).toHaveLength(3);
    const own = harness.stepFunctions.ListExecutions({ stateMachineArn: execution.stateMachineArn });
    expect(own.executions).toHaveLength(1);
  });

  it('emits the status changes of the children too', async () => {
    harness = new Harness();

    const execution = await harness.run({ Each: distributed({ Work: pass({}) }) }, items(1));

    expect(harness.events.map(({ resources }) => resources[0] === execution.arn)).toEqual([true, false, false, true]);
  });

  it('hides the variables of the parent from its children, but not from ItemSelector', async () => {
    harness = new Harness();

    const execution = await harness.run({
      Set: pass('{% [1] %}', { Assign: { a: 5 }, Next: 'Each' }),
      Each: distributed(
        { Look: pass({ seen: '{% $exists($a) %}', given: '{% $states.input.a %}' }) },
        { ItemSelector: { a: '{% $a + $states.context.Map.Item.Value %}' } },
      ),
    });

    expect(output(execution.output)).toEqual([{ seen: false, given: 6 }]);
  });

  it('runs no more than MaxConcurrency children at a time', async () => {
    harness = new Harness();

    await harness.run(
      { Each: distributed({ Rest: { Type: 'Wait', Seconds: 10, End: true } }, { MaxConcurrency: 2 }) },
      items(1, 2, 3, 4, 5),
    );

    expect(harness.seconds).toBe(30);
  });

  it('batches items', async () => {
    harness = new Harness();

    const execution = await harness.run(
      {
        Each: distributed(
          { Give: pass('{% $states.input %}') },
          { ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { by: '{% 1 + 1 %}' } } },
        ),
      },
      [1, 2, 3],
    );

    expect(output(execution.output)).toEqual([
      { BatchInput: { by: 2 }, Items: [1, 2] },
      { BatchInput: { by: 2 }, Items: [3] },
    ]);
  });

  it('fails with States.ExceedToleratedFailureThreshold at the first failure, and aborts the other children', async () => {
    harness = new Harness({ fails });

    const execution = await harness.run(
      {
        Each: distributed({
          Work: invoke('fails', { Next: 'Rest' }),
          Rest: { Type: 'Wait', Seconds: 100, End: true },
        }),
      },
      items(1, -1),
    );

    expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
    expect(children(execution).map(({ status }) => status)).toEqual(['ABORTED', 'FAILED']);
    expect(types(execution).slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
    expect(harness.seconds).toBeLessThan(2);
  });

  it.each([
    ['no more than the percentage', { ToleratedFailurePercentage: 50 }, 'SUCCEEDED'],
    ['more than the percentage', { ToleratedFailurePercentage: 49 }, 'FAILED'],
    ['no more than the count', { ToleratedFailureCount: 2 }, 'SUCCEEDED'],
    ['more than the count', { ToleratedFailureCount: 1, ToleratedFailurePercentage: 100 }, 'FAILED'],
  ])('when %s fails, has an outcome accordingly', async (_, fields, status) => {
    harness = new Harness({ fails });

    const execution = await harness.run({ Each: distributed({ Work: invoke('fails') }, fields) }, items(1, -1, 2, -2));

    expect(execution.status).toBe(status);
  });

  it.each([
    ['leftOut', [1, 2]],
    ['errorAndCause', [1, { Error: 'NegativeError', Cause: expect.any(String) }, 2]],
  ] as const)('has a result for a failed child whose failure is tolerated, or none (%s)', async (behaviour, result) => {
    harness = new Harness({ fails }, { doubts: { 'stepFunctions.toleratedFailure': behaviour } });

    const execution = await harness.run(
      { Each: distributed({ Work: invoke('fails') }, { ToleratedFailureCount: 1 }) },
      items(1, -1, 2),
    );

    expect(output(execution.output)).toEqual(result);
  });

  it('aborts the children when the execution is stopped', async () => {
    harness = new Harness();
    const rest = { Rest: { Type: 'Wait', Seconds: 100, End: true } };
    const execution = harness.start({ Each: distributed(rest) }, items(1, 2));
    await harness.account.clock.runUntil(() => children(execution).length === 2, 1);

    harness.stepFunctions.StopExecution({ executionArn: execution.arn });
    await harness.finish(execution);

    expect(children(execution).map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
  });

  it('redriven, continues with the children that did not succeed, in the same Map Run', async () => {
    let isBroken = true;
    harness = new Harness({
      work: (n: number) => {
        if (n === 2 && isBroken) throw named('BrokenError', 'Not yet.');
        return n * 10;
      },
    });
    // One at a time: the first child has succeeded before the second one fails.
    const each = { ...distributed({ Work: invoke('work') }), MaxConcurrency: 1 };
    const execution = await harness.run({ Each: each }, [1, 2]);
    const before = children(execution);
    isBroken = false;

    harness.stepFunctions.RedriveExecution({ executionArn: execution.arn });
    await harness.finish(execution);

    expect(output(execution.output)).toEqual([10, 20]);
    expect(children(execution)).toEqual(before);
    expect(harness.invocations.map(({ payload }) => payload)).toEqual([1, 2, 2]);
    expect(types(execution)).toContain('MapRunRedriven');
  });

  it('fails with States.DataLimitExceeded when the results exceed 256 KiB together', async () => {
    harness = new Harness({ big: () => 'x'.repeat(200_000) });

    const execution = await harness.run({ Each: distributed({ Work: invoke('big') }) }, [1, 2]);

    expect(execution.error).toBe('States.DataLimitExceeded');
  });

  it('runs 10,000 children', async () => {
    harness = new Harness({ fails });
    const execution = await harness.run(
      {
        Each: distributed({ Work: invoke('fails', { Next: 'Rest' }), Rest: { Type: 'Wait', Seconds: 60, End: true } }),
      },
      items(...Array.from({ length: 10_000 }, (_, n) => n)),
    );

    expect(execution.status).toBe('SUCCEEDED');
    expect(output(execution.output)).toHaveLength(10_000);
  });

  const START = 'states:StartExecution';
  const DESCRIBE = 'states:DescribeExecution';
  const STOP = 'states:StopExecution';

  async function runAllowed(actions: string[], doubts: PinnedDoubts = {}): Promise<Execution> {
    harness = new Harness({}, { doubts });
    const { account, stepFunctions } = harness;
    putRoles(account, { mapper: { inline: { map: allowing(actions) } } });
    const stateMachineArn = harness.createMachine({ Each: distributed({ Keep: pass({}) }) });
    stepFunctions.UpdateStateMachine({ stateMachineArn, roleArn: roleArn(account, 'mapper') });
    const { executionArn } = stepFunctions.StartExecution({ stateMachineArn, input: '[1]' });
    return harness.finish(stepFunctions.executions.get(executionArn) as Execution);
  }

  it.each([
    ['start its own state machine', START],
    ['describe its executions', DESCRIBE],
    ['stop its executions', STOP],
  ])('fails when its role may not %s', async (_what, missing) => {
    const execution = await runAllowed([START, DESCRIBE, STOP].filter((action) => action !== missing));

    expect(execution.status).toBe('FAILED');
    expect(execution.cause).toContain(missing);
    expect(children(execution)).toEqual([]);
    const { mapRuns = [] } = harness.stepFunctions.ListMapRuns({ executionArn: execution.arn });
    expect(harness.stepFunctions.DescribeMapRun({ mapRunArn: mapRuns[0]?.mapRunArn }).status).toBe('FAILED');
  });

  it('needs no right on its executions from the start where StartExecution is all that is asked for', async () => {
    const execution = await runAllowed([START], { 'stepFunctions.rightsOfDistributedMap': 'startOnly' });

    expect(execution.status).toBe('SUCCEEDED');
  });

  it.each(['Runtime', 'Permissions'] as const)('fails for a missing right with States.%s', async (behaviour) => {
    const execution = await runAllowed([DESCRIBE, STOP], { 'stepFunctions.refusedDistributedMap': behaviour });

    expect(execution.error).toBe(`States.${behaviour}`);
  });
});

describe('ItemReader (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html)', () => {
  const reading = (Key: string) =>
    distributed(
      { Work: invoke('fails') },
      {
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSONL' },
          Arguments: { Bucket: '{% $states.input.bucket %}', Key },
        },
      },
    );

  it('gives each line of an object in S3 to a child', async () => {
    harness = new Harness({ fails });
    const { s3 } = harness.account.region();
    s3.createBucket('lines');
    s3.store('lines', 'numbers.jsonl', Buffer.from('{"n":1}\n{"n":2}\n'));

    const execution = await harness.run({ Each: reading('numbers.jsonl') }, { bucket: 'lines' });

    expect(output(execution.output)).toEqual([1, 2]);
  });

  it.each([
    ['is not there', 'none.jsonl', 'does not exist'],
    ['is not JSON lines', 'broken.jsonl', 'is not JSON'],
  ])('fails when the object %s', async (_what, key, cause) => {
    harness = new Harness({ fails });
    const { s3 } = harness.account.region();
    s3.createBucket('lines');
    s3.store('lines', 'broken.jsonl', Buffer.from('{"n":1\n'));

    const execution = await harness.run({ Each: reading(key) }, { bucket: 'lines' });

    expect(execution.error).toBe('States.ItemReaderFailed');
    expect(execution.cause).toContain(cause);
  });
});
