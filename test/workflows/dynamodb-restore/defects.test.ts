import { brokenBySwap } from '../../../scenarios/dynamodb-restore/invariants';
import {
  BACKUP_ARN,
  DAMAGED,
  fromPoint,
  GOOD,
  goodTable,
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
} from '../../../scenarios/dynamodb-restore/parks';
import type { Fault } from '../../../simulator/faults';

/** The defects of the console that this workflow follows; those of prompts and menus have no place here. */

function pointWorld(point: object = {}, parts: object = {}) {
  return smallWorld({ ...inVault(point), ...parts });
}

it('a restore that fails after the deletion destroys no copy, and nothing waits without end (S4-D01, S4-D18)', async () => {
  const tableJobs = [{ Operation: 'Restore' as const, Table: TABLE, DurationSeconds: 20, Fails: true }];
  expect(
    await brokenBySwap({
      world: smallWorld({ tableJobs: [...tableJobs, ...(smallWorld().tableJobs ?? [])] }),
      faults: [
        // Only says to the checker that this cannot go well.
        { call: 'never:Called', fault: 'slow', times: 'always' },
      ],
    }),
  ).toEqual([]);
});

it('the fallback is kept while the table is only being created (S4-D02)', async () => {
  const tableJobs = [{ Operation: 'Restore' as const, Table: TABLE, DurationSeconds: 3600 }];
  const simulation = await open(smallWorld({ tableJobs: [...tableJobs, ...(smallWorld().tableJobs ?? [])] }));
  try {
    const execution = simulation.start('dynamodb-swap-restore', swapInput({ FallbackGraceDays: 1 }));
    const isCreating = () => simulation.region.dynamodb.tables.get(TABLE)?.status === 'CREATING';
    await simulation.account.clock.runUntil(isCreating, 3600);
    const { fallbackBackupArn } = simulation.runRecord(execution) ?? {};
    expect(simulation.region.dynamodb.backups.find(String(fallbackBackupArn)).status).toBe('AVAILABLE');
  } finally {
    simulation.close();
  }
});

it('the data before the restore is kept for 35 days (S4-D03)', async () => {
  await run({}, (simulation, execution) => {
    const { FallbackBackupArn } = output(execution);
    const fallback = simulation.region.dynamodb.backups.find(String(FallbackBackupArn));
    expect(fallback.image.items).toHaveLength(DAMAGED.length);
  });
});

it('the clean-up can be declined (S4-D04)', async () => {
  await run({ input: swapInput({ Cleanup: false }) }, (simulation) => expect(tableNames(simulation)).toHaveLength(2));
});

it('a window over the end of a month accepts its times (S4-D05)', async () => {
  const table = parksTable({
    PointInTimeRecoveryEnabledAt: '2026-10-25T00:00:00Z',
    Items: [],
    History: [{ At: '2026-11-01T00:00:00Z', Key: { pk: 'park#1' }, Before: GOOD[0] }],
  });
  const Source = { Type: 'PointInTime', RestoreDateTime: '2026-10-31T12:00:00Z' };
  await run({ world: smallWorld({ tables: [table] }), input: swapInput({ Source }) }, (simulation, execution) => {
    expect(execution.cause).toBeUndefined();
    expect(tableOf(simulation)?.Items).toEqual([GOOD[0]]);
  });
});

it('a duplicate whose restore failed ends the run before anything is touched (S4-D07)', async () => {
  const world = smallWorld({ tableJobs: [{ Operation: 'Restore', Table: '*', DurationSeconds: 20, Fails: true }] });
  await run({ world }, (simulation, execution) => {
    expect(execution.error).toBe('TableRestoreFailedError');
    expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
  });
});

it('a backup of the same name that is there already is not mistaken for the own one (S4-D08)', async () => {
  const tableBackups = [
    { BackupName: 'ParksAr--orig-Nov-20-2026-21-00-00', BackupArn: BACKUP_ARN, Table: goodTable() },
  ];
  await run({ world: smallWorld({ tableBackups }) }, (_simulation, execution) =>
    expect(output(execution).FallbackBackupArn).not.toBe(BACKUP_ARN),
  );
});

it('continuous backups without point-in-time recovery are not taken for it (S4-D10)', async () => {
  const world = smallWorld({ tables: [goodTable({ PointInTimeRecoveryEnabled: false })] });
  await run({ world }, (_simulation, execution) =>
    expect(execution.cause).toContain('point-in-time recovery of ParksAr is not enabled'),
  );
});

it('the first restore happens while the table is in use; only the second is downtime (S4-D13)', async () => {
  const tableJobs = [{ Operation: 'Restore' as const, Table: '*--dupe-*', DurationSeconds: 7200 }];
  await run(
    { world: pointWorld({}, { tableJobs: [...tableJobs, ...(smallWorld().tableJobs ?? [])] }), input: fromPoint },
    (_s, execution) => {
      expect(Number(output(execution).RecoveryTime)).toBeGreaterThan(1200);
      expect(Number(output(execution).UnavailableSeconds)).toBeLessThan(60);
    },
  );
});

it('the request for approval says that later writes are only in the system backup, which has them (S4-D14)', async () => {
  const simulation = await open(smallWorld({ operator: { afterSeconds: 3600 } }));
  try {
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    const isAsked = () => simulation.region.sns.published.length > 0;
    await simulation.account.clock.runUntil(isAsked, 3600);
    expect(simulation.region.sns.published[0]?.message).toContain(
      'Writes after the fallback backup, and of the minute before it, are only in the system backup',
    );
    simulation.region.dynamodb.PutItem({ TableName: TABLE, Item: { pk: { S: 'late' } } });
    await simulation.finish(execution);
    const system = simulation.region.dynamodb.backups.find(String(output(execution).SystemBackupArn));
    expect(system.image.items.some(({ pk }) => pk?.S === 'late')).toBe(true);
  } finally {
    simulation.close();
  }
});

it('a restore job that fails ends the run with its reason, and its half table goes (S4-D15, S4-D16, S4-D17)', async () => {
  const restoreJobs = [{ Resource: '*', State: 'FAILED' as const, StatusMessage: 'no permission', LeavesTable: true }];
  await run({ world: pointWorld({}, { restoreJobs }), input: fromPoint }, (simulation, execution) => {
    expect(execution.error).toBe('TableRestoreFailedError');
    expect(execution.cause).toContain('no permission');
    expect(tableNames(simulation)).toEqual([TABLE]);
  });
});

it('a recovery point without a lifecycle is warm (S4-D20)', async () => {
  await run({ world: pointWorld(), input: fromPoint }, (_simulation, execution) =>
    expect(output(execution)).not.toHaveProperty('FromColdStorage'),
  );
});

it('an answer that cannot be read is a failure of its own, not of the run (S4-D25)', async () => {
  const faults: Fault[] = [{ call: 'dynamodb:RestoreTableFromBackup', fault: 'crashAfter' }];
  await run({ faults }, (_simulation, execution) => expect(execution.status).toBe('SUCCEEDED'));
});

it('the run needs no terminal: its record says what happened, by ARN (S4-D26)', async () => {
  await run({}, (simulation, execution) => {
    expect(simulation.runRecord(execution)).toMatchObject({
      outcome: 'SUCCEEDED',
      fallbackBackupArn: expect.stringContaining('/backup/'),
      duplicateBackupArn: expect.stringContaining('/backup/'),
      approval: { saidToBe: 'simulated operator' },
    });
  });
});

it('a table whose name is as long as a name can be gets a duplicate and a fallback (S4-D28)', async () => {
  const TableName = 'T'.repeat(255);
  const world = smallWorld({ tables: [parksTable({ TableName })] });
  await run({ world, input: swapInput({ TableName }) }, (simulation, execution) => {
    expect(execution.cause).toBeUndefined();
    expect(tableOf(simulation, TableName)?.Items).toEqual(GOOD);
  });
});

it('a table that was deleted comes back from its system backup (S4-D32)', async () => {
  const tableBackups = [
    {
      BackupName: 'ParksAr$DeletedTableBackup',
      BackupArn: BACKUP_ARN,
      BackupType: 'SYSTEM' as const,
      Table: goodTable(),
    },
  ];
  const input = swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } });
  await run({ world: smallWorld({ tables: [], tableBackups }), input }, (simulation) =>
    expect(tableOf(simulation)?.Items).toEqual(GOOD),
  );
});
