import {
  fullWorld,
  open,
  output,
  parksTable,
  run,
  settingsOf,
  smallWorld,
  swapInput,
  tableOf,
  type WorldTable,
} from '../../../scripts/bench/swap/parks';

/** Runs a swap; returns the settings before and after, and the result. */
async function swap(world = fullWorld(), input = swapInput()) {
  const simulation = await open(world);
  try {
    const before = settingsOf(simulation);
    const execution = simulation.start('dynamodb-swap-restore', input);
    await simulation.finish(execution);
    // The Kinesis destination takes a while to be ACTIVE.
    const { clock } = simulation.account;
    await clock.runUntil(clock.sleep(600), 700);
    return { before, after: settingsOf(simulation), result: output(execution), cause: execution.cause };
  } finally {
    simulation.close();
  }
}

const only = (parts: Partial<WorldTable>) =>
  smallWorld({
    tables: [{ ...parksTable(), DeletionProtectionEnabled: undefined, TimeToLiveAttribute: undefined, ...parts }],
  });

it('keeps every setting of a table that uses all of them (S4-D09, S4-D11, S4-D12, S4-F14)', async () => {
  const { before, after, result } = await swap();
  expect(result).toMatchObject({ DataUnderName: 'restored' });
  expect(result).not.toHaveProperty('SettingsNotRestored');
  expect(after).toEqual(before);
  // And the table does use them.
  expect(Object.keys(before as object)).toEqual(
    expect.arrayContaining([
      'GlobalSecondaryIndexes',
      'LocalSecondaryIndexes',
      'ProvisionedThroughput',
      'SSESpecification',
      'TableClass',
      'StreamSpecification',
      'TimeToLiveAttribute',
      'PointInTimeRecoveryEnabled',
      'RecoveryPeriodInDays',
      'DeletionProtectionEnabled',
      'ContributorInsights',
      'KinesisDestinations',
      'ResourcePolicy',
      'Tags',
    ]),
  );
});

it.each<[string, Partial<WorldTable>]>([
  ['on-demand maximums', { OnDemandThroughput: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: 50 } }],
  ['no protection from deletion', { DeletionProtectionEnabled: false }],
  ['a short recovery period', { RecoveryPeriodInDays: 3 }],
])('keeps %s', async (_name, parts) => {
  const { before, after, result } = await swap(only(parts));
  expect(result).not.toHaveProperty('SettingsNotRestored');
  expect(after).toEqual(before);
});

it('leaves point-in-time recovery off when it was off (S4-D11)', async () => {
  const arn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/ParksAr/backup/01795200000000-0a1b2c3d';
  const { History: _history, ...table } = parksTable({ PointInTimeRecoveryEnabled: false });
  const world = smallWorld({ tables: [table], tableBackups: [{ BackupName: 'b', BackupArn: arn, Table: table }] });
  const { before, after, result } = await swap(world, swapInput({ Source: { Type: 'Backup', BackupArn: arn } }));
  expect(result).toMatchObject({ DataUnderName: 'restored' });
  expect(after).toEqual(before);
});

it('keeps a stream consumer that was disabled disabled, on the new stream', async () => {
  const stream = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' as const };
  const world = only({ StreamSpecification: stream });
  world.eventSourceMappings = [{ TableName: 'ParksAr', FunctionName: 'index-parks', Enabled: false }];
  await run({ world }, async ({ account, region }) => {
    // The old mapping takes a while to go.
    await account.clock.runUntil(account.clock.sleep(60), 61);
    const { Table } = region.dynamodb.DescribeTable({ TableName: 'ParksAr' });
    const { EventSourceMappings: all = [] } = region.lambda.ListEventSourceMappings({});
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ EventSourceArn: Table?.LatestStreamArn, State: 'Disabled' });
  });
});

it('names what cannot be put back: an index that the restored data did not have', async () => {
  const arn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/ParksAr/backup/01795200000000-0a1b2c3d';
  const { History: _history, ...table } = parksTable();
  const indexed = {
    ...table,
    LocalSecondaryIndexes: undefined,
    GlobalSecondaryIndexes: [
      {
        IndexName: 'ByName',
        KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' as const }],
        Projection: { ProjectionType: 'ALL' as const },
      },
    ],
  };
  const world = smallWorld({ tables: [indexed], tableBackups: [{ BackupName: 'b', BackupArn: arn, Table: table }] });
  await run({ world, input: swapInput({ Source: { Type: 'Backup', BackupArn: arn } }) }, (simulation, execution) => {
    expect(execution.status).toBe('SUCCEEDED');
    expect(String(output(execution).SettingsNotRestored)).toContain('global secondary indexes');
    expect(tableOf(simulation)?.DeletionProtectionEnabled).toBe(true);
    expect(simulation.region.sns.published.at(-1)?.message).toContain('ByName');
  });
});

it('names a setting that AWS refuses to take back, and puts the others back', async () => {
  const faults = [{ call: 'dynamodb:UpdateTimeToLive', fault: 'accessDenied' as const, times: 'always' as const }];
  await run({ faults }, (simulation, execution) => {
    expect(output(execution).SettingsNotRestored).toEqual([expect.stringContaining('time to live: AccessDenied')]);
    expect(tableOf(simulation)?.DeletionProtectionEnabled).toBe(true);
  });
});
