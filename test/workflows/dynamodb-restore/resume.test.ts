import {
  DUPLICATE,
  GOOD,
  open,
  output,
  run,
  smallWorld,
  swapInput,
  TABLE,
  tableNames,
  tableOf,
} from '../../../scripts/bench/swap/parks';

it('starts again after an interruption and is not held up by what that left (S4-D07)', async () => {
  const simulation = await open();
  try {
    const { clock } = simulation.account;
    const first = simulation.start('dynamodb-swap-restore', swapInput(), 'run-1');
    await clock.runUntil(() => tableNames(simulation).includes(DUPLICATE), 3600);
    simulation.region.stepFunctions.StopExecution({ executionArn: first.arn });
    await simulation.finish(first);
    const second = simulation.start('dynamodb-swap-restore', swapInput(), 'run-2');
    await simulation.finish(second);
    expect(output(second)).toMatchObject({ DataUnderName: 'restored' });
    expect(tableOf(simulation)?.Items).toEqual(GOOD);
    expect(tableNames(simulation)).toEqual([TABLE]);
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
