import {
  BACKUP_ARN,
  inBackup,
  open,
  output,
  parksTable,
  settingsOf,
  smallWorld,
  swapInput,
  TABLE,
  tableNames,
  tableOf,
  untilAsked,
} from '../../../scenarios/dynamodb-restore/parks';
import { Simulation } from '../../../scenarios/simulation';
import { hasEntered } from '../../../scenarios/states';
import type { World } from '../../../scenarios/world';
import type { Execution } from '../../../simulator/asl/execution';
import type { PinnedDoubts } from '../../../simulator/doubts';
import type { Fault } from '../../../simulator/faults';

const unrecoverable = parksTable({ PointInTimeRecoveryEnabled: false, History: undefined });
const withoutRecovery = (parts: Partial<World> = {}) =>
  smallWorld({
    tables: [unrecoverable],
    ...inBackup(),
    ...parts,
  });
const deletion = (keys: object = {}) => ({
  Operation: 'DeleteTable',
  TableName: TABLE,
  ConfirmTableName: TABLE,
  RemoveDeletionProtection: true,
  ...keys,
});
const fromBackup = (keys: object = {}) => swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN }, ...keys });
const LATE = { pk: { S: 'park#7' }, Name: { S: 'written in the last minute' } };

interface Course {
  workflow?: string;
  input: unknown;
  world?: World;
  faults?: Fault[];
  doubts?: PinnedDoubts;
  /** What happens before the run ends. */
  meanwhile?: (simulation: Simulation, execution: Execution) => Promise<unknown> | unknown;
}

async function run(course: Course, assess: (simulation: Simulation, execution: Execution) => void): Promise<void> {
  const { workflow = 'dynamodb-table-operation', input, world = withoutRecovery(), faults = [], doubts } = course;
  const simulation = await Simulation.open({ world, faults, doubts, seed: 1 });
  try {
    const execution = simulation.start(workflow, input);
    await course.meanwhile?.(simulation, execution);
    await simulation.finish(execution);
    assess(simulation, execution);
  } finally {
    simulation.close();
  }
}

/** An application writes while the run's backup of the table is being made. */
async function writesDuringBackup({ account, region }: Simulation): Promise<void> {
  await account.clock.runUntil(() => account.endpoint.calls.some(({ call }) => call === 'dynamodb:CreateBackup'), 3600);
  region.dynamodb.PutItem({ TableName: TABLE, Item: LATE });
}

function entered(execution: Execution, state: string): () => boolean {
  return () => hasEntered(execution, state);
}

const namesIn = (simulation: Simulation, arn: unknown) =>
  simulation.region.dynamodb.backups.find(String(arn)).image.items.map(({ pk }) => pk?.S);
const isRecoverable = (simulation: Simulation) => tableOf(simulation)?.PointInTimeRecoveryEnabled === true;
const calls = (simulation: Simulation) => simulation.account.endpoint.calls.map(({ call }) => call);
const lastMessage = ({ region }: Simulation) => String(region.sns.published.at(-1)?.message);

describe('A table that is deleted after a backup on demand', () => {
  it.each([
    ['in the worst account', undefined],
    ['where a system backup exists at once', { 'dynamodb.systemBackup': 'atOnce' } as const],
  ])('leaves a system backup with what was written in the last minute, %s', async (_where, doubts) => {
    await run({ input: deletion(), doubts, meanwhile: writesDuringBackup }, (simulation, execution) => {
      const { BackupArn, SystemBackupArn, LastMinute, Warning } = output(execution);
      expect(execution.status).toBe('SUCCEEDED');
      expect(namesIn(simulation, BackupArn)).not.toContain('park#7');
      expect(namesIn(simulation, SystemBackupArn)).toContain('park#7');
      expect(simulation.region.dynamodb.backups.find(String(SystemBackupArn)).status).toBe('AVAILABLE');
      expect(LastMinute).toContain(String(SystemBackupArn));
      expect(Warning).toBeUndefined();
      expect(simulation.runRecord(execution)).toMatchObject({ systemBackupArn: SystemBackupArn });
    });
  });

  it('is not touched when point-in-time recovery may not be turned on', async () => {
    const faults: Fault[] = [{ call: 'dynamodb:UpdateContinuousBackups', fault: 'accessDenied', times: 'always' }];
    await run({ input: deletion(), faults }, (simulation, execution) => {
      expect(execution).toMatchObject({ status: 'FAILED', error: 'LastMinuteUnprotectedError' });
      expect(execution.cause).toContain('ProtectLastMinute: false');
      expect(calls(simulation)).not.toContain('dynamodb:CreateBackup');
      expect(calls(simulation)).not.toContain('dynamodb:UpdateTable');
      expect(tableOf(simulation)).toMatchObject({ DeletionProtectionEnabled: true });
    });
  });

  it('may have lost writes where the protection was declined, and the result says so', async () => {
    await run({ input: deletion({ ProtectLastMinute: false }) }, (simulation, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(output(execution).Warning).toContain('may be in no copy');
      expect(lastMessage(simulation)).toContain('may be in no copy');
      expect(calls(simulation)).not.toContain('dynamodb:UpdateContinuousBackups');
    });
  });

  it('has its system backup named, too, where the protection was declined and recovery is on anyway', async () => {
    const world = smallWorld();
    await run({ input: deletion({ ProtectLastMinute: false }), world }, (_simulation, execution) => {
      expect(output(execution).SystemBackupArn).toBeDefined();
      expect(output(execution).Warning).toBeUndefined();
    });
  });

  it('has no word of a missing system backup when it only could not be looked up', async () => {
    const faults: Fault[] = [{ call: 'dynamodb:ListBackups', fault: 'accessDenied', times: 'always' }];
    const input = deletion();
    await run(
      { input, faults: faults.map((fault) => ({ ...fault, by: 'VerifyOperationFunction' })) },
      (_s, execution) => {
        expect(execution.status).toBe('SUCCEEDED');
        expect(output(execution).Warning).toContain('could not be told (AccessDeniedException');
        expect(output(execution).Warning).not.toContain('no copy');
      },
    );
  });

  it('stays without point-in-time recovery, as it was, when AWS refuses the deletion', async () => {
    const faults: Fault[] = [{ call: 'dynamodb:DeleteTable', fault: 'accessDenied', times: 'always' }];
    await run({ input: deletion(), faults }, (simulation, execution) => {
      expect(execution.error).toBe('AccessDeniedException');
      expect(tableOf(simulation)).toMatchObject({ DeletionProtectionEnabled: true });
      expect(isRecoverable(simulation)).toBe(false);
    });
  });

  it('stays so, too, when its backup fails', async () => {
    const tableJobs = [{ Operation: 'CreateBackup' as const, Table: '*', DurationSeconds: 5, Fails: true }];
    await run({ input: deletion(), world: withoutRecovery({ tableJobs }) }, (simulation, execution) => {
      expect(execution.status).toBe('FAILED');
      expect(isRecoverable(simulation)).toBe(false);
    });
  });

  it('stays so, too, when the run is stopped while it waits for a restorable moment', async () => {
    const meanwhile = async ({ account, region }: Simulation, { arn }: Execution) => {
      await account.clock.runUntil(
        () => region.dynamodb.tables.get(TABLE)?.pointInTimeRecovery.enabledAt !== undefined,
        60,
      );
      region.stepFunctions.StopExecution({ executionArn: arn });
    };
    await run({ input: deletion(), meanwhile }, (simulation) => {
      expect(isRecoverable(simulation)).toBe(false);
      expect(simulation.region.sns.published.at(-1)?.subject).toMatch(/^FAILED/);
    });
  });

  it('keeps point-in-time recovery that a person set to another period meanwhile', async () => {
    const meanwhile = async ({ account, region }: Simulation, execution: Execution) => {
      await account.clock.runUntil(entered(execution, 'Back Up Table'), 3600);
      region.dynamodb.UpdateContinuousBackups({
        TableName: TABLE,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 10 },
      });
      region.stepFunctions.StopExecution({ executionArn: execution.arn });
    };
    await run({ input: deletion(), meanwhile }, (simulation) =>
      expect(tableOf(simulation)).toMatchObject({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 10 }),
    );
  });

  it('is reported to have point-in-time recovery still on when that could not be turned off again', async () => {
    const faults: Fault[] = [
      { call: 'dynamodb:DeleteTable', fault: 'accessDenied', times: 'always' },
      { call: 'dynamodb:UpdateContinuousBackups', by: 'UndoOperationFunction', fault: 'accessDenied', times: 'always' },
    ];
    await run({ input: deletion(), faults }, (simulation) => {
      expect(isRecoverable(simulation)).toBe(true);
      expect(lastMessage(simulation)).toContain('could not turn it off again');
    });
  });
});

describe('A table that is swapped', () => {
  const workflow = 'dynamodb-swap-restore';

  it('leaves a system backup with the last writes, and has no point-in-time recovery afterwards, as before', async () => {
    let before: unknown;
    const meanwhile = async (simulation: Simulation, execution: Execution) => {
      before = settingsOf(simulation);
      await simulation.account.clock.runUntil(entered(execution, 'Rehearse Restore'), 86400);
      simulation.region.dynamodb.PutItem({ TableName: TABLE, Item: LATE });
    };
    await run({ workflow, input: fromBackup(), meanwhile }, (simulation, execution) => {
      const report = output(execution);
      expect(execution.status).toBe('SUCCEEDED');
      expect(namesIn(simulation, report.FallbackBackupArn)).not.toContain('park#7');
      expect(namesIn(simulation, report.SystemBackupArn)).toContain('park#7');
      expect(settingsOf(simulation)).toEqual(before);
      expect(report).toMatchObject({ LastMinute: expect.stringContaining(String(report.SystemBackupArn)) });
      expect(report.PointInTimeRecovery).toContain('this run turned it on');
      expect(report).not.toHaveProperty('SettingsNotRestored');
      expect(report).not.toHaveProperty('SettingsChangedMeanwhile');
      expect(report).not.toHaveProperty('Warning');
    });
  });

  it('is not touched when point-in-time recovery may not be turned on', async () => {
    const faults: Fault[] = [{ call: 'dynamodb:UpdateContinuousBackups', fault: 'accessDenied', times: 'always' }];
    await run({ workflow, input: fromBackup(), faults }, (simulation, execution) => {
      expect(execution).toMatchObject({ status: 'FAILED', error: 'LastMinuteUnprotectedError' });
      expect(calls(simulation)).not.toContain('dynamodb:RestoreTableFromBackup');
      expect(tableNames(simulation)).toEqual([TABLE]);
    });
  });

  it('asks for the approval with what becomes of the last writes', async () => {
    const asked = async (keys: object) => {
      const simulation = await open(withoutRecovery());
      try {
        await untilAsked(simulation, fromBackup(keys));
        return lastMessage(simulation);
      } finally {
        simulation.close();
      }
    };
    expect(await asked({})).toMatch(/turned on point-in-time recovery[\s\S]*only in the system backup/);
    expect(await asked({ ProtectLastMinute: false })).toContain('may be in no copy');
  });

  it('has point-in-time recovery off again after a no', async () => {
    const world = withoutRecovery({ operator: { answer: 'refuse', afterSeconds: 20 } });
    await run({ workflow, input: fromBackup(), world }, (simulation, execution) => {
      expect(execution.error).toBe('ApprovalRefusedError');
      expect(isRecoverable(simulation)).toBe(false);
    });
  });

  it('has it off again when the run is stopped before its first restore', async () => {
    const meanwhile = async ({ account, region }: Simulation, { arn }: Execution) => {
      await account.clock.runUntil(
        () => region.dynamodb.tables.get(TABLE)?.pointInTimeRecovery.enabledAt !== undefined,
        60,
      );
      region.stepFunctions.StopExecution({ executionArn: arn });
    };
    await run({ workflow, input: fromBackup(), meanwhile }, (simulation) =>
      expect(isRecoverable(simulation)).toBe(false),
    );
  });

  it('has it off again, and no message names a lost setting, when the deletion is refused', async () => {
    const faults: Fault[] = [
      { call: 'dynamodb:DeleteTable', by: 'DeleteOriginalFunction', fault: 'accessDenied', times: 'always' },
    ];
    await run({ workflow, input: fromBackup(), faults }, (simulation, execution) => {
      expect(execution.status).toBe('FAILED');
      expect(isRecoverable(simulation)).toBe(false);
      expect(lastMessage(simulation)).not.toContain('SettingsNotRestored');
    });
  });

  it('is deleted only when recovery that a person turned off meanwhile is on again', async () => {
    const meanwhile = async (simulation: Simulation, execution: Execution) => {
      await simulation.account.clock.runUntil(entered(execution, 'Ask Approval'), 86400);
      simulation.region.dynamodb.UpdateContinuousBackups({
        TableName: TABLE,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
      });
    };
    await run({ workflow, input: fromBackup(), meanwhile }, (simulation, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(namesIn(simulation, output(execution).SystemBackupArn)).toHaveLength(3);
      expect(isRecoverable(simulation)).toBe(false);
    });
  });

  it('gets the period that a person set while the approval was asked for', async () => {
    const meanwhile = async (simulation: Simulation, execution: Execution) => {
      await simulation.account.clock.runUntil(entered(execution, 'Ask Approval'), 86400);
      simulation.region.dynamodb.UpdateContinuousBackups({
        TableName: TABLE,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 10 },
      });
    };
    await run({ workflow, input: fromBackup(), meanwhile }, (simulation, execution) => {
      expect(tableOf(simulation)).toMatchObject({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 10 });
      expect(output(execution).SettingsChangedMeanwhile).toEqual([expect.stringContaining('point-in-time recovery')]);
    });
  });

  it('says that the last minute may be lost where the protection was declined', async () => {
    await run({ workflow, input: fromBackup({ ProtectLastMinute: false }) }, (_simulation, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(output(execution).Warning).toContain('may be in no copy');
    });
  });
});
