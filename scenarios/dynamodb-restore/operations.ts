import { type CleanRun, cleanRun } from '../fault-matrix';
import { finishedSwap } from './operation-invariants';
import { BACKUP_ARN, BEFORE, inBackup, inVault, open, POINT_ARN, parksTable, smallWorld, TABLE, VAULT } from './parks';

const points = {
  ...inBackup(),
  ...inVault(),
  restoreJobs: [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: 60 }],
};
const noTable = { ...points, tables: [] };
const unprotected = {
  tables: [parksTable({ DeletionProtectionEnabled: false, PointInTimeRecoveryEnabled: false, History: undefined })],
};
const unrecoverable = { tables: [parksTable({ PointInTimeRecoveryEnabled: false, History: undefined })] };
interface Operation {
  world: object;
  keys: Record<string, unknown>;
  isAfterSwap?: boolean;
}
/** Every operation. */
export const OPERATIONS: Record<string, Operation> = {
  CreateBackup: { world: {}, keys: {} },
  RestoreFromBackup: { world: noTable, keys: { BackupArn: BACKUP_ARN } },
  RestoreFromRecoveryPoint: { world: noTable, keys: { RecoveryPointArn: POINT_ARN, BackupVaultName: VAULT } },
  DeleteTable: { world: unrecoverable, keys: { ConfirmTableName: TABLE, RemoveDeletionProtection: true } },
  EnablePointInTimeRecovery: { world: unprotected, keys: {} },
  EnableDeletionProtection: { world: unprotected, keys: {} },
  RestoreToPointInTime: { world: {}, keys: { TargetTableName: 'ParksAr-check', RestoreDateTime: BEFORE } },
  VerifyTable: { world: {}, keys: {}, isAfterSwap: true },
  RemoveLeftovers: { world: {}, keys: {}, isAfterSwap: true },
};
/** The account, and the input, in which an operation succeeds. */
export const setUp = (Operation: string) => {
  const { world = {}, keys = {}, isAfterSwap } = OPERATIONS[Operation] ?? {};
  return { world: smallWorld(world), input: { Operation, TableName: TABLE, ...keys }, isAfterSwap };
};

/** What an operation does when nothing goes wrong. */
export function cleanOperation(Operation: string): Promise<CleanRun> {
  const { world, input, isAfterSwap } = setUp(Operation);
  let keys = {};
  return cleanRun(
    'dynamodb-restore',
    async () => {
      const simulation = await open(world);
      keys = isAfterSwap ? await finishedSwap(simulation) : {};
      simulation.account.endpoint.forget();
      return simulation;
    },
    (simulation) => simulation.start('dynamodb-table-operation', { ...input, ...keys }),
  );
}
