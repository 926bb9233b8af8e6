import {
  BACKUP_ARN,
  parksTable,
  smallWorld as parksWorld,
  swapInput,
  TABLE,
} from '../../scenarios/dynamodb-restore/parks';
import {
  IN_DESTINATION,
  inputWith,
  recoveryPoint,
  world as recoveryWorld,
} from '../../scenarios/efs-recovery/recovery';
import { inputOf, MIXED, worldOf } from '../../scenarios/item-restore/items';
import { smallWorld as fleetWorld, scriptedInput } from '../../scenarios/pre-post-backup/small-fleet';
import { FILE_SYSTEM, worldOf as testWorld } from '../../scenarios/restore-test/tests';
import { defaultWorld, exampleInput } from '../../scenarios/simulation';
import type { RecordedEvent, RestoreTest, Run } from './recorded-events';

const backups = { tableBackups: [{ BackupName: 'b', BackupArn: BACKUP_ARN, Table: parksTable() }] };
const withIndex = parksTable({
  AttributeDefinitions: ['pk', 'Name'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'ByName',
      KeySchema: [{ AttributeName: 'Name', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
});
const operation = (Operation: string, keys: object = {}) => ({
  workflow: 'dynamodb-table-operation',
  input: { Operation, TableName: TABLE, ...keys },
  world: parksWorld(),
});
const deletion = operation('DeleteTable', { ConfirmTableName: TABLE, RemoveDeletionProtection: true });
const swap = { workflow: 'dynamodb-swap-restore', world: parksWorld(), input: swapInput() };
const restore = {
  workflow: 'efs-copy-restore',
  world: recoveryWorld('efs-copy-restore'),
  input: inputWith('efs-copy-restore'),
};
const fleet = { workflow: 'pre-post-backup', world: fleetWorld(), input: scriptedInput() };
/** One instance is slow to start, so the others are thawed before it. */
const slowFleet = fleetWorld();
for (const instance of slowFleet.instances?.slice(1, 2) ?? []) instance.StartSeconds = 900;

/** Runs that between them need every function of the stack that the emulator can create. */
export const RUNS: (Run | RestoreTest)[] = [
  { ...fleet, input: scriptedInput({ ResumeAfter: 'SnapshotStarted' }) },
  { ...fleet, abortedIn: 'Back Up Instances' },
  { ...fleet, world: slowFleet, input: scriptedInput({ GroupBy: 'all' }) },
  { workflow: 'efs-backup', world: recoveryWorld('efs-backup'), input: inputWith('efs-backup') },
  restore,
  { ...restore, abortedIn: 'Restore File System' },
  {
    ...restore,
    world: recoveryWorld('efs-copy-restore', {
      recoveryPoints: [recoveryPoint(20), recoveryPoint(18, IN_DESTINATION)],
    }),
    faults: [{ call: 'backup:StartCopyJob', fault: 'timeout', times: 'always' }],
  },
  swap,
  {
    ...swap,
    input: swapInput({ Cleanup: false }),
    followedBy: (RunId) => operation('RemoveLeftovers', { RunId }),
  },
  { ...swap, abortedIn: 'Restore Duplicate' },
  {
    ...swap,
    world: parksWorld({ ...backups, tables: [withIndex] }),
    input: swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } }),
  },
  operation('EnablePointInTimeRecovery'),
  { ...operation('RestoreFromBackup', { BackupArn: BACKUP_ARN }), world: parksWorld({ tables: [], ...backups }) },
  deletion,
  { ...deletion, abortedIn: 'Delete Table' },
  { workflow: 'dynamodb-item-restore', world: worldOf(MIXED), input: inputOf() },
  { workflow: 'efs-to-efs', world: defaultWorld('efs-to-efs'), input: exampleInput('efs-to-efs') as object },
  { testOf: { source: 'a table', isScheduled: true } },
  { testOf: { source: 'an instance', isScheduled: true } },
  { testOf: { source: 'a file system', isScheduled: true } },
  { testOf: { source: 'a file system', isScheduled: false } },
  { testOf: { source: 'a file system', isScheduled: false }, abortedIn: 'Compare Files' },
  // Without the worker of EFS-to-EFS.
  {
    workflow: 'restore-test',
    world: { ...testWorld('a file system'), parameters: defaultWorld('restore-test').parameters },
    input: {
      ...(exampleInput('restore-test') as object),
      ResourceArn: `arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/${FILE_SYSTEM}`,
    },
  },
];

/** What people send to functions that no run needs. */
export const BY_PEOPLE: RecordedEvent[] = [{ logicalId: 'CheckConfigurationFunction', event: {} }];
