import {
  BACKUP_ARN,
  BEFORE,
  DAMAGED,
  GOOD,
  goodTable,
  inVault,
  open,
  output,
  POINT_ARN,
  parksTable,
  run,
  smallWorld,
  swapInput,
  TABLE,
  TABLE_ARN,
  tableNames,
  tableOf,
  VAULT,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import { hasEntered } from '../../../scenarios/states';
import type { World } from '../../../scenarios/world';
import type { Execution } from '../../../simulator/asl/execution';
import type { Fault } from '../../../simulator/faults';

const workflow = 'dynamodb-table-operation';

function operationWorld(parts: Partial<World> = {}): World {
  return smallWorld({
    tableBackups: [{ BackupName: 'before-the-release', BackupArn: BACKUP_ARN, Table: goodTable() }],
    ...inVault(),
    ...parts,
  });
}

const operation = (Operation: string, keys: object = {}) => ({ Operation, TableName: TABLE, ...keys });
const deletion = (keys: object = {}) => operation('DeleteTable', { ConfirmTableName: TABLE, ...keys });
const fromBackup = operation('RestoreFromBackup', { BackupArn: BACKUP_ARN });
const fromPoint = operation('RestoreFromRecoveryPoint', { RecoveryPointArn: POINT_ARN, BackupVaultName: VAULT });
const isProtected = { DeletionProtectionEnabled: true };

it('makes a backup under a name with its time, and reports how long it took (S4-F08, S4-F15)', async () => {
  await run({ workflow, input: operation('CreateBackup') }, (simulation, execution) => {
    const { BackupArn, Result, ElapsedSeconds } = output(execution);
    expect(Result).toBe('the backup is AVAILABLE');
    expect(Number(ElapsedSeconds)).toBeGreaterThan(3);
    const { name, status } = simulation.region.dynamodb.backups.find(String(BackupArn));
    expect({ name, status }).toEqual({ name: 'ParksAr--orig-Nov-20-2026-22-00-00', status: 'AVAILABLE' });
  });
});

it.each([
  ['a backup (S4-F09)', fromBackup],
  ['a recovery point (S4-F10)', fromPoint],
])('restores a table that does not exist from %s', async (_name, input) => {
  await run({ workflow, input, world: operationWorld({ tables: [] }) }, (simulation, execution) => {
    expect(execution.cause).toBeUndefined();
    expect(output(execution)).toMatchObject({ Result: 'the table ParksAr is ACTIVE' });
    expect(tableOf(simulation)?.Items).toEqual(GOOD);
  });
});

it.each([fromBackup, fromPoint])('restores nothing over a table that exists', async (input) => {
  await run({ workflow, input, world: operationWorld() }, (simulation, execution) => {
    expect(execution.error).toBe('InvalidInputError');
    expect(execution.cause).toContain('use dynamodb-swap-restore');
    expect(tableOf(simulation)?.Items).toEqual(DAMAGED);
  });
});

it('says that a restore cannot be stopped when the run is, even if it does not know its job yet', async () => {
  const simulation = await open(operationWorld({ tables: [] }), [
    { call: 'backup:StartRestoreJob', fault: 'crashAfter' },
  ]);
  try {
    const execution = simulation.start(workflow, fromPoint);
    const isStarted = () => simulation.account.endpoint.calls.some(({ call }) => call === 'backup:StartRestoreJob');
    await simulation.account.clock.runUntil(isStarted, 3600);
    simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await simulation.finish(execution);
    expect(simulation.region.sns.published.at(-1)?.message).toContain('the table ParksAr may be there or still come');
  } finally {
    simulation.close();
  }
});

it('fails with the reason of a restore job that failed, even if that left a table (S4-D15)', async () => {
  const restoreJobs = [
    {
      Resource: '*',
      State: 'FAILED' as const,
      StatusMessage: 'the role may not',
      LeavesTable: true,
      DurationSeconds: 60,
    },
  ];
  const world = operationWorld({ tables: [], restoreJobs });
  await run({ workflow, input: fromPoint, world }, (_simulation, execution) => {
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableRestoreFailedError' });
    expect(execution.cause).toContain('the role may not');
  });
});

describe('A table is deleted (S4-F12)', () => {
  it('after a backup, with consent to take its protection off', async () => {
    await run({ workflow, input: deletion({ RemoveDeletionProtection: true }) }, (simulation, execution) => {
      expect(tableNames(simulation)).toEqual([]);
      const backup = simulation.region.dynamodb.backups.find(String(output(execution).BackupArn));
      expect(backup.status).toBe('AVAILABLE');
    });
  });

  it('without a backup when that is refused', async () => {
    const input = deletion({ RemoveDeletionProtection: true, SkipBackup: true });
    await run({ workflow, input }, (simulation) => {
      expect(tableNames(simulation)).toEqual([]);
      expect(simulation.region.dynamodb.backups.present().map(({ type }) => type)).toEqual(['SYSTEM']);
    });
  });

  it.each([
    ['its protection is not given up', {}, 'RemoveDeletionProtection'],
    ['its name is not repeated', { RemoveDeletionProtection: true, ConfirmTableName: 'Parks' }, 'ConfirmTableName'],
  ])('not when %s', async (_name, keys, key) => {
    await run({ workflow, input: deletion(keys) }, (simulation, execution) => {
      expect(execution).toMatchObject({ error: 'InvalidInputError', cause: expect.stringContaining(key) });
      expect(tableOf(simulation)).toMatchObject(isProtected);
    });
  });

  it('not when its backup fails', async () => {
    const tableJobs = [{ Operation: 'CreateBackup' as const, Table: '*', DurationSeconds: 5, Fails: true }];
    const world = smallWorld({ tableJobs });
    await run({ workflow, world, input: deletion({ RemoveDeletionProtection: true }) }, (simulation, execution) => {
      expect(execution.error).toBe('FallbackMissingError');
      expect(execution.cause).toMatch(/^The backup \S+ is not there; the table was not deleted\./);
      expect(tableOf(simulation)).toMatchObject(isProtected);
    });
  });

  it('and is protected again when AWS refuses the deletion (S4-D30)', async () => {
    const faults: Fault[] = [{ call: 'dynamodb:DeleteTable', fault: 'accessDenied', times: 'always' }];
    await run({ workflow, faults, input: deletion({ RemoveDeletionProtection: true }) }, (simulation, execution) => {
      expect(execution.error).toBe('AccessDeniedException');
      expect(tableOf(simulation)).toMatchObject(isProtected);
    });
  });

  it('and succeeds when the answer to the request is lost', async () => {
    const faults: Fault[] = [{ call: 'dynamodb:DeleteTable', fault: 'timeoutAfterSuccess' }];
    await run({ workflow, faults, input: deletion({ RemoveDeletionProtection: true }) }, (simulation, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(tableNames(simulation)).toEqual([]);
    });
  });

  it.each([
    ['with the backup of the run and the system backup', {}],
    ['with the system backup alone', { SkipBackup: true }],
  ])('and the notification says so, %s, when the run is stopped too late', async (_with, keys) => {
    // Prepare
    const simulation = await open();
    try {
      const execution = simulation.start(workflow, deletion({ RemoveDeletionProtection: true, ...keys }));
      const isRequested = () => simulation.runRecord(execution)?.deletionRequestedAt !== undefined;
      await simulation.account.clock.runUntil(isRequested, 3600);
      const isDeleting = () => simulation.account.endpoint.calls.some(({ call }) => call === 'dynamodb:DeleteTable');
      await simulation.account.clock.runUntil(isDeleting, 60);

      // Act
      simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
      await simulation.finish(execution);

      // Assess
      const [system] = simulation.region.dynamodb.ListBackups({ TableName: TABLE, BackupType: 'SYSTEM' })
        .BackupSummaries as { BackupArn: string }[];
      const message = String(simulation.region.sns.published.at(-1)?.message);
      expect(message).toMatch(
        /The deletion of ParksAr was requested at .* the table is (gone|being deleted)\. Its data is in/,
      );
      expect(message).toContain(system?.BackupArn);
    } finally {
      simulation.close();
    }
  });

  it('and is protected again when the run is aborted in between (S4-D30)', async () => {
    const simulation = await open();
    try {
      const execution = simulation.start(workflow, deletion({ RemoveDeletionProtection: true }));
      const isOff = () => simulation.region.dynamodb.tables.get(TABLE)?.settings.DeletionProtectionEnabled === false;
      await simulation.account.clock.runUntil(isOff, 3600);
      simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
      await simulation.finish(execution);
      expect(tableOf(simulation)).toMatchObject(isProtected);
      expect(simulation.region.sns.published.at(-1)?.subject).toMatch(/^FAILED/);
    } finally {
      simulation.close();
    }
  });
});

it('turns on point-in-time recovery with its period (S4-F13)', async () => {
  const world = smallWorld({ tables: [parksTable({ PointInTimeRecoveryEnabled: false, History: undefined })] });
  const input = operation('EnablePointInTimeRecovery', { RecoveryPeriodInDays: 10 });
  await run({ workflow, world, input }, (simulation, execution) => {
    expect(execution.status).toBe('SUCCEEDED');
    expect(tableOf(simulation)).toMatchObject({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 10 });
  });
});

it('changes the period of point-in-time recovery that is on already', async () => {
  const world = smallWorld({ tables: [parksTable({ RecoveryPeriodInDays: 5 })] });
  const input = operation('EnablePointInTimeRecovery', { RecoveryPeriodInDays: 10 });
  await run({ workflow, world, input }, (simulation, execution) => {
    expect(execution.status).toBe('SUCCEEDED');
    expect(tableOf(simulation)).toMatchObject({ RecoveryPeriodInDays: 10 });
  });
});

it('turns on deletion protection (S4-F13)', async () => {
  const world = smallWorld({ tables: [parksTable({ DeletionProtectionEnabled: false })] });
  await run({ workflow, world, input: operation('EnableDeletionProtection') }, (simulation, execution) => {
    expect(execution.status).toBe('SUCCEEDED');
    expect(tableOf(simulation)).toMatchObject(isProtected);
  });
});

describe('A restore beside the table', () => {
  const TargetTableName = 'ParksAr-look';
  const point = operation('RestoreToPointInTime', { TargetTableName, RestoreDateTime: BEFORE });

  it.each([
    ['a backup', { ...fromBackup, TargetTableName }],
    ['a recovery point', { ...fromPoint, TargetTableName }],
    ['a point in time', point],
  ])('brings back %s, and leaves the table as it is', async (_name, input) => {
    await run({ workflow, input, world: operationWorld() }, (simulation, execution) => {
      expect(execution.cause).toBeUndefined();
      expect(output(execution)).toMatchObject({ TargetTableName, Result: `the table ${TargetTableName} is ACTIVE` });
      expect(tableOf(simulation, TargetTableName)?.Items).toEqual(GOOD);
      expect(tableOf(simulation)?.Items).toEqual(DAMAGED);
    });
  });

  it('says that a restore which leaves no table failed', async () => {
    const tableJobs = [{ Operation: 'Restore' as const, Table: '*', DurationSeconds: 20, Fails: true }];
    const input = {
      Operation: 'RestoreToPointInTime',
      TableName: TABLE,
      TargetTableName: 'Beside',
      RestoreDateTime: BEFORE,
    };
    await run({ workflow, world: smallWorld({ tableJobs }), input }, (_simulation, execution) => {
      expect(execution.error).toBe('TableRestoreFailedError');
      expect(execution.cause).toContain('The table Beside is not there: its restore failed, or it was deleted.');
    });
  });

  it('restores nothing over a table that has the target name', async () => {
    const world = operationWorld({ tables: [parksTable(), parksTable({ TableName: TargetTableName })] });
    await run({ workflow, input: point, world }, (_simulation, execution) => {
      expect(execution).toMatchObject({ error: 'InvalidInputError' });
      expect(execution.cause).toContain('TargetTableName: the table ParksAr-look exists');
    });
  });

  it('restores a copy of a table that has another name now, when the input says so', async () => {
    const other = goodTable({ TableName: 'ParksBefore' });
    const BackupArn = BACKUP_ARN.replace(TABLE, 'ParksBefore');
    const world = operationWorld({
      tables: [],
      tableBackups: [{ BackupName: 'b', BackupArn, Table: other }],
    });
    const input = operation('RestoreFromBackup', { BackupArn });
    await run({ workflow, input, world }, (_simulation, execution) =>
      expect(execution.cause).toContain(
        'give SourceTableArn: "arn:aws:dynamodb:eu-west-1:111122223333:table/ParksBefore"',
      ),
    );
    const SourceTableArn = TABLE_ARN.replace(TABLE, 'ParksBefore');
    await run({ workflow, input: { ...input, SourceTableArn }, world }, (simulation, execution) => {
      expect(execution.cause).toBeUndefined();
      expect(tableOf(simulation)?.Items).toEqual(GOOD);
    });
  });

  it('says how to bring a backup of another region or account here', async () => {
    const BackupArn = 'arn:aws:dynamodb:eu-central-1:444455556666:table/ParksAr/backup/01795200000000-0a1b2c3d';
    await run(
      { workflow, input: operation('RestoreFromBackup', { BackupArn }), world: operationWorld({ tables: [] }) },
      (_simulation, execution) => {
        expect(execution).toMatchObject({ error: 'InvalidInputError' });
        expect(execution.cause).toContain('it is in the region eu-central-1 of the account 444455556666');
      },
    );
  });
});

describe('Turning on point-in-time recovery', () => {
  const pitr = (keys: object = {}) => operation('EnablePointInTimeRecovery', keys);
  const long = () => operationWorld({ tables: [parksTable({ RecoveryPeriodInDays: 14 })] });

  it('never shortens the period without consent', async () => {
    await run({ workflow, input: pitr({ RecoveryPeriodInDays: 1 }), world: long() }, (simulation, execution) => {
      expect(execution).toMatchObject({ error: 'InvalidInputError' });
      expect(execution.cause).toContain('AcceptShorterWindow');
      expect(tableOf(simulation)?.RecoveryPeriodInDays).toBe(14);
    });
  });

  it('nor when a longer period was set since the preflight, or the period could not be looked up', async () => {
    const input = pitr({ RecoveryPeriodInDays: 10 });
    const simulation = await open(operationWorld({ tables: [parksTable({ RecoveryPeriodInDays: 5 })] }));
    try {
      const execution = simulation.start(workflow, input);
      await simulation.account.clock.runUntil(() => hasEntered(execution, 'Open Run'), 60);
      simulation.region.dynamodb.UpdateContinuousBackups({
        TableName: TABLE,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 20 },
      });
      await simulation.finish(execution);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'InvalidInputError' });
      expect(tableOf(simulation)?.RecoveryPeriodInDays).toBe(20);
    } finally {
      simulation.close();
    }
    const by = 'CheckOperationFunction';
    const faults: Fault[] = [
      { call: 'dynamodb:DescribeContinuousBackups', by, fault: 'accessDenied', times: 'always' },
    ];
    await run({ workflow, input, faults, world: long() }, (_simulation, execution) => {
      expect(execution).toMatchObject({ error: 'InvalidInputError' });
      expect(execution.cause).toMatch(/could not be looked up \(AccessDenied.*AcceptShorterWindow/);
    });
  });

  it('shortens it with consent', async () => {
    const input = pitr({ RecoveryPeriodInDays: 1, AcceptShorterWindow: true });
    await run({ workflow, input, world: long() }, (simulation) =>
      expect(tableOf(simulation)?.RecoveryPeriodInDays).toBe(1),
    );
  });

  it('leaves the period as it is when the input names none', async () => {
    await run({ workflow, input: pitr(), world: long() }, (simulation, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(tableOf(simulation)?.RecoveryPeriodInDays).toBe(14);
    });
  });
});

describe('A table whose key cannot be used', () => {
  const archived = operationWorld({
    tables: [parksTable({ TableStatus: 'ARCHIVED', ArchivalBackupArn: BACKUP_ARN, DeletionProtectionEnabled: false })],
  });

  it.each([
    ['dynamodb-swap-restore', swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } }), 'only an ACTIVE table'],
    [workflow, operation('CreateBackup'), 'it has to be ACTIVE'],
    [workflow, deletion(), 'it has to be ACTIVE'],
  ])('and that DynamoDB archived is refused by %s with the way out', async (workflow, input, text) => {
    await run({ workflow, input, world: archived }, (_simulation, execution) => {
      expect(execution.error).toBe('InvalidInputError');
      expect(execution.cause).toContain(text);
      expect(execution.cause).toContain(
        `its items are in the backup ${BACKUP_ARN}: enable its KMS key again, delete the table (DeleteTable with SkipBackup: true), and restore that backup (RestoreFromBackup)`,
      );
    });
  });

  it('and that DynamoDB archived comes back by that way', async () => {
    const simulation = await open(archived);
    try {
      for (const [name, input] of [
        ['away', deletion({ SkipBackup: true })],
        ['back', fromBackup],
      ] as const) {
        const execution = simulation.start(workflow, input, name);
        await simulation.finish(execution);
        expect(execution.cause).toBeUndefined();
      }
      expect(tableOf(simulation)?.Items).toEqual(GOOD);
    } finally {
      simulation.close();
    }
  });

  it('and is not archived yet is refused with what to do within seven days', async () => {
    const world = operationWorld({ tables: [parksTable({ TableStatus: 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' })] });
    await run({ workflow, input: operation('CreateBackup'), world }, (_simulation, execution) =>
      expect(execution.cause).toContain('enable its KMS key again and give DynamoDB access to it within seven days'),
    );
  });
});

it('is not stopped by an unrelated table that may not be looked at', async () => {
  const other = parksTable({ TableName: 'Bystander' });
  const faults: Fault[] = [
    { call: 'dynamodb:DescribeTable', by: 'CheckOperationFunction', fault: 'accessDenied', nth: 2 },
  ];
  const world = operationWorld({ tables: [other] });
  await run({ workflow, input: fromBackup, world, faults }, (_simulation, execution) =>
    expect(execution.cause).toBeUndefined(),
  );
});

describe('What a swap without clean-up left', () => {
  /** A swap, then the removal of what it left; `between` happens to the account in the meantime. */
  async function swapAndRemove(
    setUp: { between?: (simulation: Simulation, swap: Execution) => void; faults?: Fault[] },
    assess: (simulation: Simulation, removal: Execution, swap: Execution) => void,
  ): Promise<void> {
    const simulation = await open(smallWorld(), setUp.faults);
    try {
      const swap = simulation.start('dynamodb-swap-restore', swapInput({ Cleanup: false }));
      await simulation.finish(swap);
      setUp.between?.(simulation, swap);
      const removal = simulation.start(workflow, operation('RemoveLeftovers', { RunId: swap.arn }), 'removal');
      await simulation.finish(removal);
      assess(simulation, removal, swap);
    } finally {
      simulation.close();
    }
  }

  const left = (swap: Execution) => {
    const { DuplicateTableName, DuplicateBackupArn, FallbackBackupArn } = output(swap);
    return { duplicate: String(DuplicateTableName), backup: String(DuplicateBackupArn), fallback: FallbackBackupArn };
  };
  const backups = ({ region }: Simulation) => region.dynamodb.backups.present().map(({ arn }) => arn);

  it('is removed: duplicate and its backup, and not the fallback', async () => {
    await swapAndRemove({}, (simulation, removal, swap) => {
      const { duplicate, backup, fallback } = left(swap);
      expect(removal.cause).toBeUndefined();
      expect(output(removal).Result).toBe(`the duplicate ${duplicate} and its backup are gone`);
      expect(tableNames(simulation)).toEqual([TABLE]);
      expect(backups(simulation)).not.toContain(backup);
      expect(backups(simulation)).toContain(fallback);
    });
  });

  it('stays when the table under the name is another one by now', async () => {
    const between = ({ region }: Simulation) => region.dynamodb.load([parksTable()]);
    await swapAndRemove({ between }, (simulation, removal, swap) => {
      expect(removal.error).toBe('InvalidInputError');
      expect(removal.cause).toContain('is not the one that the run left');
      expect(tableNames(simulation)).toContain(left(swap).duplicate);
      expect(backups(simulation)).toContain(left(swap).backup);
    });
  });

  it('stays when the fallback is gone', async () => {
    const between = ({ region }: Simulation, swap: Execution) =>
      region.dynamodb.backups.remove(String(left(swap).fallback));
    await swapAndRemove({ between }, (simulation, removal, swap) => {
      expect(removal.error).toBe('FallbackMissingError');
      expect(tableNames(simulation)).toContain(left(swap).duplicate);
      expect(backups(simulation)).toContain(left(swap).backup);
    });
  });

  it.each<[string, (simulation: Simulation, duplicate: string) => void]>([
    [
      'the duplicate was written to since',
      ({ region }, TableName) => region.dynamodb.PutItem({ TableName, Item: { pk: { S: 'used' } } }),
    ],
    [
      'its name has another table by now',
      ({ region }, TableName) => region.dynamodb.load([parksTable({ TableName, DeletionProtectionEnabled: false })]),
    ],
  ])('stays when %s', async (_what, change) => {
    const between = (simulation: Simulation, swap: Execution) => change(simulation, left(swap).duplicate);
    await swapAndRemove({ between }, (simulation, removal, swap) => {
      expect(removal.error).toBe('DuplicateChangedError');
      expect(tableNames(simulation)).toContain(left(swap).duplicate);
      expect(backups(simulation)).toContain(left(swap).backup);
    });
  });

  it('stays when the run could not verify the table', async () => {
    const faults: Fault[] = [
      { call: 'dynamodb:Scan', by: 'VerifyOriginalFunction', fault: 'accessDenied', times: 'always' },
    ];
    await swapAndRemove({ faults }, (simulation, removal) => {
      expect(removal.error).toBe('InvalidInputError');
      expect(removal.cause).toContain('could not verify');
      expect(tableNames(simulation)).toHaveLength(2);
    });
  });
});
