import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CopyWatch } from '../../../scenarios/dynamodb-restore/copies';
import {
  BACKUP_ARN,
  COLD,
  DAMAGED,
  DUPLICATE,
  daysPass,
  FROM_POINT,
  fullWorld,
  GOOD,
  goodTable,
  open,
  output,
  POINT_ARN,
  parksTable,
  recoveryPoint,
  run,
  smallWorld,
  swapInput,
  TABLE,
  TABLE_ARN,
  tableNames,
  tableOf,
  VAULT,
} from '../../../scenarios/dynamodb-restore/parks';

const backup = { BackupName: 'before-the-release', BackupArn: BACKUP_ARN, Table: goodTable() };
const point = recoveryPoint();
const coldPoint = recoveryPoint(COLD);
const vaults = [{ BackupVaultName: VAULT }];
const FROM_BACKUP = { Type: 'Backup', BackupArn: BACKUP_ARN };

describe('A swap', () => {
  it.each([
    ['of a second in the past', {}, swapInput()],
    ['from a backup of DynamoDB', { tableBackups: [backup] }, swapInput({ Source: FROM_BACKUP })],
    ['from a recovery point', { vaults, recoveryPoints: [point] }, swapInput({ Source: FROM_POINT })],
    ['from cold storage', { vaults, recoveryPoints: [coldPoint] }, swapInput({ Source: FROM_POINT })],
  ])('replaces a table by its own content %s (S4-F04, S4-F05)', async (_name, world, input) => {
    await run({ world: smallWorld(world), input }, (simulation, execution) => {
      expect(execution.cause).toBeUndefined();
      expect(output(execution)).toMatchObject({ DataUnderName: 'restored' });
      expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
      expect(tableOf(simulation)).toMatchObject({ Items: GOOD, DeletionProtectionEnabled: true });
      expect(tableNames(simulation)).toEqual([TABLE]);
    });
  });

  describe('from a copy of another table, which the input names,', () => {
    const BackupArn = BACKUP_ARN.replace(TABLE, 'ParksBefore');
    const SourceTableArn = TABLE_ARN.replace(TABLE, 'ParksBefore');
    const input = swapInput({ Source: { Type: 'Backup', BackupArn }, SourceTableArn });
    const copyOf = (parts: object) => ({
      tableBackups: [{ BackupName: 'b', BackupArn, Table: goodTable({ TableName: 'ParksBefore', ...parts }) }],
    });

    it('shows that table in the approval', async () => {
      await run({ world: smallWorld(copyOf({})), input }, (simulation, execution) => {
        expect(output(execution)).toMatchObject({ DataUnderName: 'restored' });
        const request = simulation.region.sns.published.find(({ subject }) => subject?.startsWith('APPROVAL'));
        expect(request?.message).toContain(`restored from a copy of ${SourceTableArn}`);
        expect(tableOf(simulation)?.Items).toEqual(GOOD);
      });
    });

    it.each([
      ['of other names', { KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' }] }, 'InvalidInputError'],
      [
        'of another type, which the backup does not tell',
        { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'N' }], Items: [{ pk: 1 }] },
        'TableVerificationError',
      ],
    ])('is refused when that table has keys %s', async (_, parts, error) => {
      await run({ world: smallWorld(copyOf(parts)), input }, (simulation, execution) => {
        expect(execution.error).toBe(error);
        expect(execution.cause).toContain('keys');
        expect(tableOf(simulation)?.Items).toEqual(DAMAGED);
      });
    });
  });

  it('replaces it by the content of the latest second that can be restored, and says which one it was', async () => {
    const world = smallWorld({
      tables: [parksTable({ Items: GOOD, History: [] })],
    });
    await run(
      { world, input: swapInput({ Source: { Type: 'PointInTime', RestoreDateTime: 'latest' } }) },
      (_s, execution) => {
        const { DataUnderName, RestoredTo } = output(execution);
        expect(DataUnderName).toBe('restored');
        // Five minutes ago, as everywhere.
        expect(RestoredTo).toMatch(/^2026-11-20T21:55:0\d/);
      },
    );
  });

  it('replaces it by the content of a second in the input (S4-F03)', async () => {
    const source = { Type: 'PointInTime', RestoreDateTime: '2026-11-20T22:44:59+01:00' };
    await run({ input: swapInput({ Source: source }) }, (simulation) =>
      expect(tableOf(simulation)?.Items).toEqual(GOOD),
    );
    const late = { Type: 'PointInTime', RestoreDateTime: '2026-11-20T21:45:01Z' };
    await run({ input: swapInput({ Source: late }) }, (simulation) =>
      expect(tableOf(simulation)?.Items).toEqual(DAMAGED),
    );
  });

  it('says before a restore from cold storage that it takes hours (S4-F11)', async () => {
    const world = smallWorld({ vaults, recoveryPoints: [coldPoint] });
    await run({ world, input: swapInput({ Source: FROM_POINT }) }, (simulation, execution) => {
      const [first] = simulation.region.sns.published;
      expect(first?.subject).toContain('cold storage takes hours');
      expect(Date.parse(first?.time ?? '') - execution.startDate.getTime()).toBeLessThan(60_000);
      expect(output(execution)).toMatchObject({ FromColdStorage: true });
      expect(Number(output(execution).RecoveryTime)).toBeGreaterThan(3 * 3600);
      expect(execution.history.length).toBeLessThan(200);
    });
  });

  it.each([
    ['its system backup', { ...FROM_BACKUP }],
    ['a recovery point', FROM_POINT],
  ])('brings back a table that was deleted, from %s', async (_name, Source) => {
    const world = smallWorld({
      tables: [],
      vaults,
      recoveryPoints: [point],
      tableBackups: [{ ...backup, BackupType: 'SYSTEM', BackupName: `${TABLE}$DeletedTableBackup` }],
    });
    await run({ world, input: swapInput({ Source }) }, (simulation, execution) => {
      expect(execution.cause).toBeUndefined();
      expect(output(execution)).toMatchObject({
        DataUnderName: 'restored',
        SettingsNotRestored: expect.arrayContaining([
          expect.stringMatching(/^tags: the (backup|recovery point) does not say it, and the table has none$/),
          expect.stringMatching(/^deletion protection: the (backup|recovery point) does not say it/),
        ]),
      });
      expect(tableOf(simulation)?.Items).toEqual(GOOD);
      expect(tableNames(simulation)).toEqual([TABLE]);
    });
  });
});

describe('What is left afterwards', () => {
  it('is the fallback under its name, and no duplicate, which had its name from the same second (S4-F06, S4-F07)', async () => {
    await run({}, (simulation, execution) => {
      const backups = simulation.region.dynamodb.backups.present();
      expect(backups.map(({ name }) => name).sort()).toEqual([
        'ParksAr$DeletedTableBackup',
        'ParksAr--orig-Nov-20-2026-22-00-00',
      ]);
      expect(output(execution)).toMatchObject({
        FallbackBackupArn: backups.find(({ type }) => type === 'USER')?.arn,
        FallbackKeptUntil: expect.stringMatching(/^2026-12-25/),
        SystemBackupArn: backups.find(({ type }) => type === 'SYSTEM')?.arn,
      });
    });
  });

  it('is everything, named in the result, without Cleanup (S4-F17)', async () => {
    await run({ input: swapInput({ Cleanup: false }) }, (simulation, execution) => {
      expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
      const { DuplicateTableName, DuplicateBackupArn } = output(execution);
      expect(DuplicateTableName).toBe(DUPLICATE);
      expect(simulation.region.dynamodb.backups.find(String(DuplicateBackupArn)).name).toBe(DUPLICATE);
    });
  });

  it('is never without the recovery points of AWS Backup (S4-F19)', async () => {
    const world = smallWorld({ vaults, recoveryPoints: [point] });
    await run({ world, input: swapInput({ Source: FROM_POINT }) }, (simulation) => {
      const points = simulation.region.backup.snapshot().recoveryPoints;
      expect(points.map(({ RecoveryPointArn }) => RecoveryPointArn)).toEqual([POINT_ARN]);
    });
  });

  it('is the fallback beyond its grace period while no table has the name (S4-F18)', async () => {
    const simulation = await open();
    try {
      const { clock } = simulation.account;
      const { dynamodb } = simulation.region;
      const execution = simulation.start('dynamodb-swap-restore', swapInput({ FallbackGraceDays: 1 }));
      await simulation.finish(execution);
      dynamodb.UpdateTable({ TableName: TABLE, DeletionProtectionEnabled: false });
      await clock.runUntil(clock.sleep(60), 61);
      dynamodb.DeleteTable({ TableName: TABLE });
      await daysPass(simulation, 5);
      expect(dynamodb.backups.find(String(output(execution).FallbackBackupArn)).status).toBe('AVAILABLE');
    } finally {
      simulation.close();
    }
  });

  it('loses the fallback after its grace period, three days after the operator was notified once', async () => {
    const simulation = await open();
    try {
      const execution = simulation.start('dynamodb-swap-restore', swapInput({ FallbackGraceDays: 4 }));
      await simulation.finish(execution);
      const { backups } = simulation.region.dynamodb;
      const fallbacks = () => backups.present().filter(({ type }) => type === 'USER').length;
      const told = () => simulation.region.sns.published.filter(({ subject }) => subject?.startsWith('TO BE REMOVED'));
      await daysPass(simulation, 3.5);
      expect(told()).toHaveLength(1);
      expect(told()[0]?.message).toContain(String(output(execution).FallbackBackupArn));
      expect(fallbacks()).toBe(1);
      await daysPass(simulation, 3);
      expect(fallbacks()).toBe(0);
      expect(told()).toHaveLength(1);
    } finally {
      simulation.close();
    }
  });

  it('is the fallback of a run that lost its table, also when another table has the name', async () => {
    // Prepare: every restore fails once the original is deleted
    const simulation = await open(smallWorld(), [
      {
        call: 'dynamodb:RestoreTableFromBackup',
        by: 'RestoreOriginalFunction',
        fault: 'accessDenied',
        // The first call is the rehearsal, before anything is deleted.
        nth: 2,
        times: 'always',
      },
    ]);
    try {
      const { dynamodb } = simulation.region;
      const execution = simulation.start('dynamodb-swap-restore', swapInput({ FallbackGraceDays: 1 }));
      await simulation.finish(execution);
      expect(execution.cause).toContain('MAY BE EMPTY');
      const { fallbackBackupArn } = simulation.runRecord(execution) as { fallbackBackupArn: string };

      // Act
      dynamodb.CreateTable({
        TableName: TABLE,
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      });
      await daysPass(simulation, 8);

      // Assess
      expect(dynamodb.backups.find(fallbackBackupArn).status).toBe('AVAILABLE');
    } finally {
      simulation.close();
    }
  });
});

describe('The time without a table', () => {
  it('is that of the deletion and the restore, and is reported', async () => {
    await run({ world: fullWorld(), input: swapInput() }, (simulation, execution) => {
      const seconds = Number(output(execution).UnavailableSeconds);
      const restore = 360;
      expect(seconds).toBeGreaterThanOrEqual(restore);
      // The deletion takes some seconds, and each end is seen after 5 % of the time at the latest.
      expect(seconds).toBeLessThan(restore * 1.05 + 60);
      expect(simulation.runRecord(execution)).toMatchObject({ deletedAt: expect.any(Number) });
    });
  });
});

describe('Copies', () => {
  it('of the original and of the restored data can be reached at every moment', async () => {
    const simulation = await open();
    try {
      const watch = new CopyWatch(simulation);
      await simulation.finish(simulation.start('dynamodb-swap-restore', swapInput()));
      expect(watch.broken).toEqual([]);
      expect(watch.underName()).toBe('restored');
    } finally {
      simulation.close();
    }
  });
});

it('waits for its restore with the default input, and an operator approves', async () => {
  const input = JSON.parse(readFileSync(join(__dirname, '../../../events/dynamodb-swap-restore.json'), 'utf8'));
  await run({ world: fullWorld(), input }, (_simulation, execution) => expect(execution.status).toBe('SUCCEEDED'));
});

it.each([90, 3000, 3800])('leaves the name empty for no more than 12 s above a restore of %d s', async (seconds) => {
  const tableJobs = [
    { Operation: 'Restore' as const, Table: TABLE, DurationSeconds: seconds },
    { Operation: 'DeleteTable' as const, Table: TABLE, DurationSeconds: 4 },
    ...(smallWorld().tableJobs ?? []),
  ];
  await run({ world: smallWorld({ tableJobs }) }, (_simulation, execution) => {
    const above = Number(output(execution).UnavailableSeconds) - seconds - 4;
    expect(above).toBeGreaterThanOrEqual(0);
    // Both times are cut to whole seconds, so that their difference may be one too large.
    expect(above).toBeLessThanOrEqual(12 + 1);
  });
});
