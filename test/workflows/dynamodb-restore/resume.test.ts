import {
  DUPLICATE,
  daysPass,
  fromPoint,
  GOOD,
  inVault,
  open,
  output,
  parksTable,
  run,
  smallWorld,
  swapInput,
  TABLE,
  tableNames,
  tableOf,
  type WorldTable,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import { hasEntered } from '../../../scenarios/states';
import type { Execution } from '../../../simulator/asl/execution';

type Item = NonNullable<WorldTable['Items']>[number];

/** An execution that is stopped in a state, and its undo waited for. */
async function interrupted(simulation: Simulation, state: string, input = swapInput()): Promise<Execution> {
  const { clock } = simulation.account;
  const execution = simulation.start('dynamodb-swap-restore', input, 'run-1');
  const isThere = () => hasEntered(execution, state);
  await clock.runUntil(isThere, 24 * 3600);
  await clock.runUntil(clock.sleep(3), 4);
  simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
  await simulation.finish(execution);
  return execution;
}

/** Writes an item of the same size over one of the duplicate's: neither number nor size of items show it. */
function overwrite({ region }: Simulation, item: Item, value: string): void {
  region.dynamodb.PutItem({ TableName: DUPLICATE, Item: { pk: { S: String(item.pk) }, Name: { S: value } } });
}

function restoresOf(simulation: Simulation): number {
  const isRestore = ({ call, outcome }: { call: string; outcome: string }) =>
    /RestoreTable|StartRestoreJob/.test(call) && outcome === 'ok';
  return simulation.account.endpoint.calls.filter(isRestore).length;
}

const pointWorld = smallWorld({
  ...inVault(),
});

/** More than a sample holds. */
const BLUE: Item[] = Array.from({ length: 400 }, (_, index) => ({ pk: `park#${1000 + index}`, Name: 'blue' }));

describe('A run that is started again after an interruption', () => {
  let simulation: Simulation;
  afterEach(() => simulation.close());

  it.each([
    ['while the duplicate was restored', 'Restore Duplicate', smallWorld(), swapInput()],
    ['while AWS Backup restored the duplicate', 'Restore Duplicate', pointWorld, fromPoint],
    ['before the approval', 'Ask Approval', smallWorld(), swapInput()],
  ])('continues with the duplicate that exists, when it ended %s', async (_name, state, world, input) => {
    simulation = await open(world);
    const first = await interrupted(simulation, state, input);
    expect(simulation.region.sns.published.at(-1)?.message).toContain(`What was restored is in ${DUPLICATE}`);
    expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
    const second = simulation.start('dynamodb-swap-restore', input, 'run-2');
    await simulation.finish(second);
    expect(output(second)).toMatchObject({ DataUnderName: 'restored', ContinuedFrom: first.arn });
    expect(tableOf(simulation)).toMatchObject({ Items: GOOD, DeletionProtectionEnabled: true });
    // To the duplicate once, and under the name.
    expect(restoresOf(simulation)).toBe(2);
    expect(tableNames(simulation)).toEqual([TABLE]);
  });

  it('does not continue by a redrive, which finds its run closed, touches nothing and says what to do', async () => {
    simulation = await open();
    const first = await interrupted(simulation, 'Ask Approval');
    const before = simulation.region.dynamodb.snapshot();
    const { stepFunctions } = simulation.region;
    stepFunctions.RedriveExecution({ executionArn: first.arn });
    await simulation.finish(first);
    expect(first).toMatchObject({ status: 'FAILED', error: 'Execution ended ABORTED' });
    expect(first.cause).toContain('start again with the same source to continue from there');
    expect(simulation.region.dynamodb.snapshot()).toEqual(before);
    const second = simulation.start('dynamodb-swap-restore', swapInput(), 'run-2');
    await simulation.finish(second);
    expect(output(second)).toMatchObject({ DataUnderName: 'restored', ContinuedFrom: first.arn });
  });

  it('continues once more when it is interrupted itself', async () => {
    simulation = await open();
    await interrupted(simulation, 'Ask Approval');
    const second = simulation.start('dynamodb-swap-restore', swapInput(), 'run-2');
    const { clock } = simulation.account;
    await clock.runUntil(() => second.status !== 'RUNNING' || second.history.length > 30, 3600);
    simulation.region.stepFunctions.StopExecution({ executionArn: second.arn });
    await simulation.finish(second);
    const third = simulation.start('dynamodb-swap-restore', swapInput(), 'run-3');
    await simulation.finish(third);
    expect(output(third)).toMatchObject({ DataUnderName: 'restored' });
    expect(restoresOf(simulation)).toBe(2);
    expect(tableNames(simulation)).toEqual([TABLE]);
  });

  it.each([
    ['another time is wanted', swapInput({ Source: { Type: 'PointInTime', RestoreDateTime: '2026-11-20T21:31:00Z' } })],
    ['the latest time is wanted', swapInput({ Source: { Type: 'PointInTime', RestoreDateTime: 'latest' } })],
  ])('restores anew when %s (S4-D07)', async (_name, input) => {
    simulation = await open();
    await interrupted(simulation, 'Ask Approval');
    const second = simulation.start('dynamodb-swap-restore', input, 'run-2');
    await simulation.finish(second);
    expect(output(second)).toMatchObject({ DataUnderName: 'restored' });
    expect(output(second)).not.toHaveProperty('ContinuedFrom');
  });

  it('restores anew when the interrupted one was for the latest time, which is another one now (S4-D07)', async () => {
    simulation = await open();
    const latest = swapInput({ Source: { Type: 'PointInTime', RestoreDateTime: 'latest' } });
    await interrupted(simulation, 'Ask Approval', latest);
    expect(tableNames(simulation)).toEqual([TABLE]);
  });

  it('restores anew when another table has the name of the duplicate by now, and leaves that one alone', async () => {
    simulation = await open();
    await interrupted(simulation, 'Ask Approval');
    const { dynamodb } = simulation.region;
    const { clock } = simulation.account;
    dynamodb.DeleteTable({ TableName: DUPLICATE });
    await clock.runUntil(() => !dynamodb.tables.has(DUPLICATE), 3600);
    dynamodb.CreateTable({
      TableName: DUPLICATE,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await clock.runUntil(clock.sleep(120), 121);
    const second = simulation.start('dynamodb-swap-restore', swapInput(), 'run-2');
    await simulation.finish(second);
    expect(output(second)).toMatchObject({ DataUnderName: 'restored' });
    expect(output(second)).not.toHaveProperty('ContinuedFrom');
    expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
  });

  it('sees that an item of the duplicate was replaced in between by one of the same size', async () => {
    simulation = await open(smallWorld({ tables: [parksTable({ Items: BLUE.slice(0, 3), History: [] })] }));
    await interrupted(simulation, 'Ask Approval');
    overwrite(simulation, BLUE[0] as Item, 'grey');
    const second = simulation.start('dynamodb-swap-restore', swapInput(), 'run-2');
    await simulation.finish(second);
    expect(second).toMatchObject({ status: 'FAILED', error: 'TableVerificationError' });
    expect(second.cause).toContain('was changed: 1 of 3 sampled items. It is removed; start again');
    expect(tableNames(simulation)).toEqual([TABLE]);
  });

  it.each([
    ['before the interrupted run verified it', 'Restore Duplicate'],
    ['after the interrupted run verified it', 'Ask Approval'],
  ])(
    'restores nothing that was written into the kept duplicate, also where no sample sees it, %s',
    async (_name, state) => {
      simulation = await open(smallWorld({ tables: [parksTable({ Items: BLUE, History: [] })] }));
      const first = await interrupted(simulation, state);
      const [kept] = simulation.items('RunsTable').filter(({ runId }) => runId === 'duplicates');
      const unseen = BLUE.filter(({ pk }) => !JSON.stringify(kept).includes(`"${pk}"`));
      expect(unseen.length).toBeGreaterThan(200);
      for (const item of unseen) overwrite(simulation, item, 'grey');
      const second = simulation.start('dynamodb-swap-restore', swapInput(), 'run-2');
      await simulation.finish(second);
      expect(output(second)).toMatchObject({ DataUnderName: 'restored', ContinuedFrom: first.arn });
      expect(tableOf(simulation)?.Items).toEqual(BLUE);
      expect(restoresOf(simulation)).toBe(2);
    },
  );

  it('does not trust a duplicate that was changed in between (S4-D07)', async () => {
    simulation = await open();
    await interrupted(simulation, 'Ask Approval');
    simulation.region.dynamodb.PutItem({ TableName: DUPLICATE, Item: { pk: { S: 'park#4' } } });
    const second = simulation.start('dynamodb-swap-restore', swapInput(), 'run-2');
    await simulation.finish(second);
    expect(second).toMatchObject({ status: 'FAILED', error: 'TableVerificationError' });
    expect(second.cause).toContain('was changed: 4 items instead of 3');
    expect(tableNames(simulation)).toEqual([TABLE]);
    const third = simulation.start('dynamodb-swap-restore', swapInput(), 'run-3');
    await simulation.finish(third);
    expect(output(third)).toMatchObject({ DataUnderName: 'restored' });
  });
});

it('removes a duplicate that no run resumed from after a day, and not a day earlier', async () => {
  const simulation = await open();
  try {
    await interrupted(simulation, 'Ask Approval');
    await daysPass(simulation, 0.8);
    expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
    await daysPass(simulation, 2);
    expect(tableNames(simulation)).toEqual([TABLE]);
  } finally {
    simulation.close();
  }
});

it('names the duplicate of a run that was stopped before it knew the id of its restore job', async () => {
  const simulation = await open(pointWorld, [{ call: 'backup:StartRestoreJob', fault: 'crashAfter' }]);
  try {
    const { clock } = simulation.account;
    const execution = simulation.start('dynamodb-swap-restore', fromPoint);
    const isStarted = () => simulation.account.endpoint.calls.some(({ call }) => call === 'backup:StartRestoreJob');
    await clock.runUntil(isStarted, 3600);
    simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await simulation.finish(execution);
    expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
    expect(simulation.region.sns.published.at(-1)?.message).toContain(DUPLICATE);
  } finally {
    simulation.close();
  }
});

it('restores a duplicate of its own although another one of the same moment is there (S4-D07)', async () => {
  const stale = { ...(smallWorld().tables?.[0] as NonNullable<ReturnType<typeof tableOf>>), History: [] };
  const world = smallWorld({
    tables: [...(smallWorld().tables ?? []), { ...stale, TableName: `${TABLE}--dupe-Nov-20-2026-21-59-00` }],
  });
  await run({ world }, (simulation, execution) => {
    expect(output(execution)).toMatchObject({ DataUnderName: 'restored' });
    expect(tableOf(simulation)?.Items).toEqual(GOOD);
  });
});

it('refuses to use a duplicate that it did not make', async () => {
  const [table] = smallWorld().tables ?? [];
  const stale = { ...(table as NonNullable<typeof table>), TableName: DUPLICATE };
  const world = smallWorld({ tables: [table as NonNullable<typeof table>, stale] });
  await run({ world }, (simulation, execution) => {
    expect(execution).toMatchObject({ status: 'FAILED', error: 'InvalidInputError' });
    expect(execution.cause).toContain(DUPLICATE);
    expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
  });
});

it('lets no second run at a table at the same time', async () => {
  const simulation = await open();
  try {
    const first = simulation.start('dynamodb-swap-restore', swapInput(), 'run-1');
    await simulation.account.clock.runUntil(() => tableNames(simulation).includes(DUPLICATE), 3600);
    const second = simulation.start(
      'dynamodb-table-operation',
      { Operation: 'CreateBackup', TableName: TABLE },
      'run-2',
    );
    await simulation.finish(first);
    expect(second).toMatchObject({ status: 'FAILED', error: 'TargetBusyError' });
    expect(second.cause).toContain(first.arn);
    expect(first.status).toBe('SUCCEEDED');
  } finally {
    simulation.close();
  }
});
