import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenByOperation } from '../../../scenarios/dynamodb-restore/operation-invariants';
import {
  BACKUP_ARN,
  goodTable,
  inVault,
  open,
  POINT_ARN,
  parksTable,
  smallWorld,
  TABLE,
  VAULT,
} from '../../../scenarios/dynamodb-restore/parks';
import { callMatrix, cleanRun } from '../../../scenarios/fault-matrix';
import type { Fault } from '../../../simulator/faults';

/** Every `SHARE`-th case of the matrix; `FAULTS=all` runs them all (some minutes). */
const SHARE = process.env.FAULTS === 'all' ? 1 : 37;

jest.setTimeout(3_600_000);

const points = {
  tableBackups: [{ BackupName: 'b', BackupArn: BACKUP_ARN, Table: goodTable() }],
  ...inVault(),
  restoreJobs: [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: 60 }],
};
const noTable = { ...points, tables: [] };
const unprotected = {
  tables: [parksTable({ DeletionProtectionEnabled: false, PointInTimeRecoveryEnabled: false, History: undefined })],
};
const unrecoverable = { tables: [parksTable({ PointInTimeRecoveryEnabled: false, History: undefined })] };
const OPERATIONS: Record<string, { world: object; keys: Record<string, unknown> }> = {
  CreateBackup: { world: {}, keys: {} },
  RestoreFromBackup: { world: noTable, keys: { BackupArn: BACKUP_ARN } },
  RestoreFromRecoveryPoint: { world: noTable, keys: { RecoveryPointArn: POINT_ARN, BackupVaultName: VAULT } },
  DeleteTable: { world: unrecoverable, keys: { ConfirmTableName: TABLE, RemoveDeletionProtection: true } },
  EnablePointInTimeRecovery: { world: unprotected, keys: {} },
  EnableDeletionProtection: { world: unprotected, keys: {} },
};
const setUp = (Operation: string) => {
  const { world = {}, keys = {} } = OPERATIONS[Operation] ?? {};
  return { world: smallWorld(world), input: { Operation, TableName: TABLE, ...keys } };
};

/** The states of a state machine that do or decide something. */
function statesOf(name: string): string[] {
  const text = readFileSync(join(__dirname, '../../../statemachines', `${name}.asl.json`), 'utf8');
  const { States } = JSON.parse(text) as { States: Record<string, { Type: string }> };
  return Object.keys(States).filter((state) => !['Succeed', 'Fail'].includes(States[state]?.Type ?? ''));
}

/** An operation that comes to a state. */
function operationFor(state: string): string {
  if (state === 'Restore Table') return 'RestoreFromRecoveryPoint';
  return state === 'Protect Table' ? 'EnablePointInTimeRecovery' : 'DeleteTable';
}

describe.each(Object.keys(OPERATIONS))('%s keeps its promises when a call of a function goes wrong', (Operation) => {
  it.each(['once', 'always'] as const)('%s', async (times) => {
    const { world, input } = setUp(Operation);
    const { calls } = await cleanRun(
      'dynamodb-restore',
      () => open(world),
      (simulation) => simulation.start('dynamodb-table-operation', input),
    );
    const failures: string[] = [];
    for (const fault of callMatrix(calls)[times].filter((_, index) => index % SHARE === 0)) {
      const broken = await brokenByOperation({ world, input, faults: [fault] });
      if (broken.length > 0) failures.push(`${JSON.stringify(fault)}: ${broken.join('; ')}`);
    }
    expect(failures).toEqual([]);
  });
});

describe('An operator aborts the operation', () => {
  const REFUSED: Fault[] = [{ call: 'dynamodb:DeleteTable', fault: 'accessDenied', times: 'always' }];

  it.each(
    statesOf('dynamodb-table-operation')
      // It comes after a swap only: table-operation.test.ts.
      .filter((state) => state !== 'Remove Leftovers')
      .flatMap(
        (state) =>
          [
            [state, 0],
            [state, 0.5],
          ] as const,
      ),
  )('in %s, after %d s', async (state, seconds) => {
    const faults = state === 'Undo Operation' ? REFUSED : [];
    const broken = await brokenByOperation({
      ...setUp(operationFor(state)),
      faults,
      meanwhile: async ({ account, region }, execution) => {
        const isThere = () =>
          execution.history.some(({ stateEnteredEventDetails: entered }) => entered?.name === state);
        await account.clock.runUntil(isThere, 24 * 3600);
        if (seconds > 0) await account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
        if (execution.status === 'RUNNING') region.stepFunctions.StopExecution({ executionArn: execution.arn });
      },
    });
    expect(broken).toEqual([]);
  });

  it.each(statesOf('dynamodb-table-operation-undo'))('and its undo, in %s', async (state) => {
    const broken = await brokenByOperation({
      ...setUp('DeleteTable'),
      meanwhile: async ({ account, region }, execution) => {
        const { clock } = account;
        const isOff = () => region.dynamodb.tables.get(TABLE)?.settings.DeletionProtectionEnabled === false;
        await clock.runUntil(isOff, 3600);
        region.stepFunctions.StopExecution({ executionArn: execution.arn });
        const undo = () => [...region.stepFunctions.executions.values()].find(({ name }) => name.endsWith('-undo-1'));
        const isThere = () =>
          undo()?.history.some(({ stateEnteredEventDetails: entered }) => entered?.name === state) === true;
        await clock.runUntil(isThere, 24 * 3600);
        const { arn = '', status } = undo() ?? {};
        if (status === 'RUNNING') region.stepFunctions.StopExecution({ executionArn: arn });
      },
    });
    expect(broken).toEqual([]);
  });
});
