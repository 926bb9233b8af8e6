import {
  BACKUP_ARN,
  fullWorld,
  open,
  output,
  parksTable,
  run,
  settingsOf,
  smallWorld,
  swapInput,
  TABLE_ARN,
  tableOf,
  type WorldTable,
} from '../../../scenarios/dynamodb-restore/parks';
import type { World } from '../../../scenarios/world';

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
  ['the mode of Contributor Insights', { ContributorInsights: [{ Mode: 'THROTTLED_KEYS' }] }],
  [
    'the precision of a Kinesis destination',
    {
      KinesisDestinations: [
        {
          StreamArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/parks',
          ApproximateCreationDateTimePrecision: 'MICROSECOND',
        },
      ],
    },
  ],
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

it('does not make a change over and over while reads do not show it yet', async () => {
  const stale = {
    call: 'dynamodb:DescribeContinuousBackups',
    by: 'PutSettingsBackFunction',
    fault: 'staleRead' as const,
  };
  await run({ faults: [{ ...stale, nth: 2, times: 'always' }] }, ({ account }, execution) => {
    const changes = account.endpoint.calls.filter(({ call }) => call === 'dynamodb:UpdateContinuousBackups');
    expect(changes.length).toBeLessThan(200);
    expect(execution.cause ?? output(execution)).toEqual(expect.stringContaining('is not to be seen yet'));
  });
});

it('gives the new stream the resource policy of the old one, about itself', async () => {
  const simulation = await open(only({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }));
  try {
    const { dynamodb } = simulation.region;
    const streamArn = () => dynamodb.DescribeTable({ TableName: 'ParksAr' }).Table?.LatestStreamArn ?? '';
    const before = streamArn();
    const policyFor = (Resource: string) =>
      JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '444455556666', Action: 'dynamodb:*', Resource }] });
    dynamodb.PutResourcePolicy({ ResourceArn: before, Policy: policyFor(before) });
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    await simulation.finish(execution);
    expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
    expect(streamArn()).not.toBe(before);
    expect(dynamodb.GetResourcePolicy({ ResourceArn: streamArn() }).Policy).toBe(policyFor(streamArn()));
  } finally {
    simulation.close();
  }
});

const BACKUP = 'arn:aws:dynamodb:eu-west-1:111122223333:table/ParksAr/backup/01795200000000-0a1b2c3d';
const fromBackup = swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP } });
const byName = (parts: object = {}) => ({
  IndexName: 'ByName',
  KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' as const }],
  Projection: { ProjectionType: 'ALL' as const },
  ...parts,
});
const byVisitors = {
  IndexName: 'ByVisitors',
  KeySchema: [{ AttributeName: 'Visitors', KeyType: 'HASH' as const }],
  Projection: { ProjectionType: 'KEYS_ONLY' as const },
};
const attributes = (...names: string[]) =>
  names.map((AttributeName) => ({
    AttributeName,
    AttributeType: AttributeName === 'Visitors' ? ('N' as const) : ('S' as const),
  }));

/** A table as it is now, and a backup of it from a time when it was set otherwise. */
function changedSince(now: Partial<WorldTable>, then: Partial<WorldTable>, parts: Partial<World> = {}): World {
  const { History: _history, ...old } = parksTable(then);
  const tableBackups = [{ BackupName: 'b', BackupArn: BACKUP, Table: old }];
  return smallWorld({ tables: [parksTable(now)], tableBackups, ...parts });
}

describe('Indexes', () => {
  const units = (units: number) => ({ ReadCapacityUnits: units, WriteCapacityUnits: units });
  const indexed = {
    AttributeDefinitions: attributes('pk', 'Name', 'Visitors'),
    GlobalSecondaryIndexes: [byName(), byVisitors],
  };

  it('are made again when the restored data lacks them, one after the other, with what belongs to them', async () => {
    const contributorInsights = { ContributorInsights: [{ IndexName: 'ByVisitors' }] };
    const world = changedSince({ ...indexed, ...contributorInsights }, {});
    await run({ world, input: fromBackup }, (simulation, execution) => {
      expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
      expect(tableOf(simulation)).toMatchObject({ ...indexed, ...contributorInsights });
      const { Items = [] } = simulation.region.dynamodb.Query({
        TableName: 'ParksAr',
        IndexName: 'ByName',
        KeyConditionExpression: '#name = :name',
        ExpressionAttributeNames: { '#name': 'Name' },
        ExpressionAttributeValues: { ':name': { S: 'Garibaldi' } },
      });
      expect(Items).toHaveLength(1);
    });
  });

  it('are protected from deletion, like their table, while they are being made for hours', async () => {
    const simulation = await open(changedSince(indexed, {}));
    try {
      simulation.region.dynamodb.durations.changeIndex = 5 * 3600;
      const execution = simulation.start('dynamodb-swap-restore', fromBackup);
      const { clock } = simulation.account;
      const isBackfilling = () => simulation.region.dynamodb.tables.get('ParksAr')?.indexStatus.size === 1;
      await clock.runUntil(isBackfilling, 3600);
      await clock.runUntil(clock.sleep(3600), 3601);
      expect(tableOf(simulation)).toMatchObject({ DeletionProtectionEnabled: true, PointInTimeRecoveryEnabled: true });
      await simulation.finish(execution);
      expect(tableOf(simulation)).toMatchObject(indexed);
      expect(execution.history.length).toBeLessThan(250);
    } finally {
      simulation.close();
    }
  });

  it('are named with the reason when they cannot be made again', async () => {
    const refused = { call: 'dynamodb:UpdateTable', by: 'MakeIndexFunction', fault: 'accessDenied' as const };
    const world = changedSince(indexed, {});
    await run({ world, input: fromBackup, faults: [refused] }, (simulation, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(output(execution).SettingsNotRestored).toEqual([
        expect.stringMatching(/^global secondary indexes: ByName could not be made again: AccessDenied/),
      ]);
      expect(tableOf(simulation)).toMatchObject({ GlobalSecondaryIndexes: [byVisitors] });
      expect(simulation.region.sns.published.at(-1)?.message).toContain('ByName');
    });
  });

  it('are made again when the restored data has another one of that name, and the approval names them', async () => {
    const now = { AttributeDefinitions: attributes('pk', 'Name'), GlobalSecondaryIndexes: [byName()] };
    const keys = byName({ Projection: { ProjectionType: 'KEYS_ONLY' as const } });
    const then = { AttributeDefinitions: attributes('pk', 'Name'), GlobalSecondaryIndexes: [keys] };
    await run({ world: changedSince(now, then), input: fromBackup }, (simulation, execution) => {
      expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
      expect(tableOf(simulation)).toMatchObject(now);
      expect(simulation.region.sns.published[0]?.message).toContain('lacks or has otherwise: ByName');
    });
  });

  it('that are local and cannot be made again stop the run, unless the input accepts their loss', async () => {
    const KeySchema = [
      { AttributeName: 'pk', KeyType: 'HASH' as const },
      { AttributeName: 'Name', KeyType: 'RANGE' as const },
    ];
    const local = {
      IndexName: 'Local',
      KeySchema: [KeySchema[0], { AttributeName: 'Visitors', KeyType: 'RANGE' as const }] as typeof KeySchema,
      Projection: { ProjectionType: 'ALL' as const },
    };
    const now = {
      KeySchema,
      AttributeDefinitions: attributes('pk', 'Name', 'Visitors'),
      LocalSecondaryIndexes: [local],
    };
    const then = { KeySchema, AttributeDefinitions: attributes('pk', 'Name') };
    const world = () => {
      const changed = changedSince(now, then);
      for (const table of changed.tables ?? []) table.History = [];
      return changed;
    };
    await run({ world: world(), input: fromBackup }, (_simulation, execution) => {
      expect(execution).toMatchObject({ status: 'FAILED', error: 'TableVerificationError' });
      expect(execution.cause).toContain('AcceptIndexLoss: ["Local"]');
    });
    await run({ world: world(), input: { ...fromBackup, AcceptIndexLoss: ['Local'] } }, (_simulation, execution) =>
      expect(output(execution).SettingsNotRestored).toEqual([expect.stringMatching(/^local secondary indexes: was/)]),
    );
  });

  it('that the table did not have any more go again', async () => {
    await run({ world: changedSince({}, indexed), input: fromBackup }, async (simulation, execution) => {
      expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
      const { clock } = simulation.account;
      await clock.runUntil(clock.sleep(600), 601);
      expect(tableOf(simulation)).not.toHaveProperty('GlobalSecondaryIndexes');
    });
  });

  it('have the capacity that they had, also when the restored data was billed by request', async () => {
    const provisioned = {
      AttributeDefinitions: attributes('pk', 'Name'),
      BillingMode: 'PROVISIONED' as const,
      ProvisionedThroughput: units(5),
      GlobalSecondaryIndexes: [byName({ ProvisionedThroughput: units(7) })],
    };
    const smaller = { ...provisioned, GlobalSecondaryIndexes: [byName({ ProvisionedThroughput: units(1) })] };
    await run({ world: changedSince(provisioned, smaller), input: fromBackup }, (simulation, execution) => {
      expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
      expect(tableOf(simulation)).toMatchObject(provisioned);
    });
  });
});

it('puts the encryption key back when the restore with it had failed', async () => {
  const KMSMasterKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001';
  const SSESpecification = { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId };
  const fails = { Operation: 'Restore' as const, Table: 'ParksAr', DurationSeconds: 20, Fails: true, Times: 1 };
  const tableJobs = [fails, ...(smallWorld().tableJobs ?? [])];
  const world = changedSince({ SSESpecification }, {}, { tableJobs });
  await run({ world, input: fromBackup }, (simulation, execution) => {
    expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
    expect(tableOf(simulation)).toMatchObject({ SSESpecification });
  });
});

it('leaves one mapping to the new stream, and none to the old, when it is interrupted between the two', async () => {
  const world = only({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
  world.eventSourceMappings = [{ TableName: 'ParksAr', FunctionName: 'index-parks' }];
  const by = 'PutSettingsBackFunction';
  for (const faults of [
    [{ call: 'lambda:CreateEventSourceMapping', by, fault: 'crashAfter' as const }],
    [{ call: 'lambda:CreateEventSourceMapping', by, fault: 'timeoutAfterSuccess' as const }],
    [{ call: 'lambda:DeleteEventSourceMapping', by, fault: 'serverError' as const, times: 4 }],
  ]) {
    await run({ world, faults }, async ({ account, region }, execution) => {
      expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
      await account.clock.runUntil(account.clock.sleep(60), 61);
      const { Table } = region.dynamodb.DescribeTable({ TableName: 'ParksAr' });
      const { EventSourceMappings: all = [] } = region.lambda.ListEventSourceMappings({});
      expect(all.map(({ EventSourceArn }) => EventSourceArn)).toEqual([Table?.LatestStreamArn]);
    });
  }
});

it('names a setting that AWS refuses to take back, and puts the others back', async () => {
  const faults = [{ call: 'dynamodb:UpdateTimeToLive', fault: 'accessDenied' as const, times: 'always' as const }];
  await run({ faults }, (simulation, execution) => {
    expect(output(execution).SettingsNotRestored).toEqual([expect.stringContaining('time to live: AccessDenied')]);
    expect(tableOf(simulation)?.DeletionProtectionEnabled).toBe(true);
  });
});

describe('A setting that AWS refuses to show', () => {
  const faults = [
    { call: 'dynamodb:DescribeKinesisStreamingDestination', fault: 'accessDenied' as const, times: 'always' as const },
  ];

  it('is named in the result, and the run goes its way', async () => {
    await run({ faults }, (simulation, execution) => {
      expect(output(execution)).toMatchObject({
        DataUnderName: 'restored',
        SettingsNotRestored: [expect.stringMatching(/^Kinesis destination: could not be read .*AccessDenied/)],
      });
      expect(tableOf(simulation)).toMatchObject({ DeletionProtectionEnabled: true, TimeToLiveAttribute: 'expiresAt' });
    });
  });

  it('comes back all the same when AWS shows it right before the deletion', async () => {
    const refused = { call: 'dynamodb:GetResourcePolicy', by: 'OpenSwapFunction', fault: 'accessDenied' as const };
    const ResourcePolicy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'dynamodb:GetItem', Resource: TABLE_ARN },
      ],
    };
    await run(
      { world: only({ ResourcePolicy }), faults: [{ ...refused, times: 'always' }] },
      (simulation, execution) => {
        expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
        expect(tableOf(simulation)).toMatchObject({ ResourcePolicy });
      },
    );
  });

  it('does not hide that another setting was refused whose name begins alike', async () => {
    const refused = ['OpenSwapFunction', 'CheckDeletionFunction', 'DeleteOriginalFunction'].map((by) => ({
      call: 'dynamodb:GetResourcePolicy',
      by,
      fault: 'accessDenied' as const,
      times: 'always' as const,
    }));
    const world = only({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
    await run({ world, faults: refused }, (_simulation, execution) =>
      expect(output(execution).SettingsNotRestored).toEqual([
        expect.stringMatching(/^resource policy of the stream: could not be read/),
        expect.stringMatching(/^resource policy: could not be read/),
      ]),
    );
  });
});

it('puts auto scaling back, policies included, when its targets were removed during the swap', async () => {
  const simulation = await open(fullWorld());
  try {
    const { applicationAutoScaling } = simulation.region;
    const before = applicationAutoScaling.snapshot();
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    const { clock } = simulation.account;
    await clock.runUntil(() => tableOf(simulation) === undefined, 86400);
    for (const { ResourceId, ScalableDimension } of before)
      applicationAutoScaling.DeregisterScalableTarget({ ServiceNamespace: 'dynamodb', ResourceId, ScalableDimension });
    await simulation.finish(execution);
    expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
    expect(before.length).toBeGreaterThan(0);
    expect(applicationAutoScaling.snapshot()).toEqual(before);
  } finally {
    simulation.close();
  }
});

it.each([
  [
    'warm throughput',
    only({ WarmThroughput: { ReadUnitsPerSecond: 50_000, WriteUnitsPerSecond: 20_000 } }),
    'the table had 50000 reads and 20000 writes a second',
  ],
  [
    "AWS's own tags",
    only({ Tags: [{ Key: 'aws:cloudformation:stack-name', Value: 'shop' }] }),
    'aws:cloudformation:stack-name',
  ],
])('names %s, which no restore brings back', async (setting, world, text) => {
  const { result } = await swap(world);
  expect(result.SettingsNotRestored).toEqual([expect.stringMatching(new RegExp(`^${setting}: .*${text}`))]);
});

it('says nothing of a stream consumer that was disabled and is made so again', async () => {
  const world = only({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } });
  const { result, after, before } = await swap({
    ...world,
    eventSourceMappings: [{ TableName: 'ParksAr', FunctionName: 'indexer', Enabled: false }],
  });
  expect(result).not.toHaveProperty('SettingsNotRestored');
  expect(after).toEqual(before);
  expect(result.StreamConsumersReplaced).toEqual([expect.stringMatching(/function:indexer: mapping \S+ is \S+ now$/)]);
});

it('names an index whose key the restored table has with another type, and does not make it of that type', async () => {
  const KeySchema = [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ];
  const definitions = (type: 'S' | 'N') =>
    ['pk', 'sk', 'Name'].map((AttributeName) => ({
      AttributeName,
      AttributeType: AttributeName === 'Name' ? type : ('S' as const),
    }));
  const Projection = { ProjectionType: 'ALL' as const };
  const byName = { IndexName: 'ByName', KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' as const }], Projection };
  const local = {
    IndexName: 'Local',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' as const },
      { AttributeName: 'Name', KeyType: 'RANGE' as const },
    ],
    Projection,
  };
  const common = { TableName: 'ParksAr', KeySchema };
  const world = smallWorld({
    tables: [
      {
        ...common,
        AttributeDefinitions: definitions('S'),
        GlobalSecondaryIndexes: [byName],
        Items: [{ pk: '1', sk: 'a', Name: 'x' }],
      },
    ],
    tableBackups: [
      {
        BackupName: 'b',
        BackupArn: BACKUP_ARN,
        Table: {
          ...common,
          AttributeDefinitions: definitions('N'),
          LocalSecondaryIndexes: [local],
          Items: [{ pk: '1', sk: 'a', Name: 1 }],
        },
      },
    ],
  });
  const { result } = await swap(world, swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } }));
  expect(result.SettingsNotRestored).toContainEqual(
    'global secondary indexes: ByName could not be made again: its key Name was of the type S, and the restored table has it with the type N',
  );
  expect(result.DataUnderName).toBe('restored');
});

it.each([
  ['a table that is there', {}],
  ['a table that is gone', { tables: [] }],
])('encrypts the restored table with the key that the input chooses, for %s', async (_which, parts) => {
  const EncryptionKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000009';
  const { Items: _items, History: _history, ...good } = parksTable();
  const world = smallWorld({
    tableBackups: [{ BackupName: 'b', BackupArn: BACKUP_ARN, Table: { ...good, Items: [{ pk: 'park#1' }] } }],
    keys: [{ KeyId: '0a1b2c3d-0000-4000-8000-000000000009' }],
    ...parts,
  });
  const input = swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN }, EncryptionKeyArn });
  await run({ world, input }, (simulation, execution) => {
    expect(execution.cause).toBeUndefined();
    expect(tableOf(simulation)?.SSESpecification).toMatchObject({ Enabled: true, KMSMasterKeyId: EncryptionKeyArn });
    expect(output(execution).SettingsChangedMeanwhile).toBeUndefined();
  });
});
