import { Harness, invoke, named, types } from './harness';

/** What executions on AWS were recorded to do, and what no page says. */

let harness: Harness;
afterEach(() => harness.close());

const DAY_SECONDS = 86_400;
const END = { Type: 'Succeed' };
const fails = {
  fails: () => {
    throw named('OwnError');
  },
};
const distributed = (fields: object) => ({
  Type: 'Map',
  Items: [1],
  Label: 'Each',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'End',
    States: { End: END },
  },
  End: true,
  ...fields,
});

it('names the task that returned more than a state may hold', async () => {
  harness = new Harness({ large: () => 'x'.repeat(300_000) });

  const execution = await harness.run({ Large: { ...invoke('large'), End: true } });

  expect(execution.cause).toBe(
    "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
  );
});

it('records that a failed task of a branch was cut off, aside of what follows', async () => {
  harness = new Harness(fails);
  const branch = { StartAt: 'Work', States: { Work: { ...invoke('fails'), End: true } } };

  const execution = await harness.run({ Both: { Type: 'Parallel', Branches: [branch], End: true } });

  expect(types(execution).slice(-4)).toEqual([
    'TaskFailed',
    'TaskStateAborted',
    'ParallelStateFailed',
    'ExecutionFailed',
  ]);
  const { events = [] } = harness.stepFunctions.GetExecutionHistory({ executionArn: execution.arn });
  const [failed, , parallel] = events.slice(-4);
  expect(parallel?.previousEventId).toBe(failed?.id);
});

it.each([0.5, 1.1, 100])('accepts %s as ToleratedFailurePercentage', async (ToleratedFailurePercentage) => {
  harness = new Harness();

  const execution = await harness.run({ Each: distributed({ ToleratedFailurePercentage }) });

  expect(execution.status).toBe('SUCCEEDED');
});

it.each(['{% -1 %}', '{% 100.1 %}', "{% 'many' %}"])(
  'fails the execution, not the state, where ToleratedFailurePercentage is %s',
  async (ToleratedFailurePercentage) => {
    harness = new Harness();

    const execution = await harness.run({ Each: distributed({ ToleratedFailurePercentage }) });

    expect(execution).toMatchObject({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'Each' (entered at the event id #2). ToleratedFailurePercentage must be between 0 and 100.",
    });
    expect(types(execution).slice(-2)).toEqual(['MapStateStarted', 'ExecutionFailed']);
  },
);

it.each([null, 7, true, 'text', [1, 'two']])('hands on %j as the Output of a state', async (Output) => {
  harness = new Harness();

  const execution = await harness.run({ Say: { Type: 'Pass', Output, End: true } });

  expect(JSON.parse(execution.output ?? '')).toEqual(Output);
});

it('takes a Condition that is no expression', async () => {
  harness = new Harness();

  const execution = await harness.run({
    'Always?': { Type: 'Choice', Choices: [{ Condition: true, Next: 'End' }], Default: 'Never' },
    End: END,
    Never: { Type: 'Fail' },
  });

  expect(execution.status).toBe('SUCCEEDED');
});

it.each([
  { days: 24_855, status: 'SUCCEEDED' },
  { days: 24_856, status: 'FAILED' },
])('ends a wait of $days days $status', async ({ days, status }) => {
  harness = new Harness();
  const states = { Long: { Type: 'Wait', Seconds: days * DAY_SECONDS, Next: 'End' }, End: END };

  const execution = await harness.finish(harness.start(states), 25_000 * DAY_SECONDS);

  expect(execution.status).toBe(status);
  if (status === 'FAILED') expect(execution.cause).toContain('Wait state delay is too long.');
});

it('lists a Map Run under the machine with its label, and counts the results that it wrote', async () => {
  harness = new Harness();
  const execution = await harness.run({ Each: distributed({ Items: [1, 2] }) });

  const { mapRuns = [] } = harness.stepFunctions.ListMapRuns({ executionArn: execution.arn });

  expect(mapRuns[0]?.stateMachineArn).toBe(`${execution.stateMachineArn}/Each`);
  const { itemCounts } = harness.stepFunctions.DescribeMapRun({ mapRunArn: mapRuns[0]?.mapRunArn });
  expect(itemCounts).toMatchObject({ succeeded: 2, resultsWritten: 2 });
});
