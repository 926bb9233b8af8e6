import {
  BACKUP_ARN,
  fromPoint,
  goodTable,
  inBackup,
  inVault,
  open,
  parksTable,
  run,
  settingsOf,
  smallWorld,
  swapInput,
  TABLE_ARN,
  tableNames,
  VAULT,
} from '../../../scenarios/dynamodb-restore/parks';
import type { World } from '../../../scenarios/world';
import { wantsRefusals } from '../../setup/refusals';

const at = (RestoreDateTime: string) => swapInput({ Source: { Type: 'PointInTime', RestoreDateTime } });
const fromBackup = swapInput({ Source: { Type: 'Backup', BackupArn: BACKUP_ARN } });

function worldWith(point: object = {}, parts: Partial<World> = {}): World {
  return smallWorld({ ...inVault(point), ...parts });
}

it.each<[string, object, World, string]>([
  ['a name that no table can have', swapInput({ TableName: 'no table!' }), smallWorld(), 'TableName: must be 3 to 255'],
  ['a table that does not exist', swapInput({ TableName: 'Nowhere' }), smallWorld(), 'Nowhere does not exist'],
  [
    'a global table',
    swapInput(),
    smallWorld({ tables: [parksTable({ ReplicaRegions: ['us-east-1'] })] }),
    'global table',
  ],
  [
    'point-in-time recovery that is off',
    swapInput(),
    smallWorld({ tables: [goodTable({ PointInTimeRecoveryEnabled: false })] }),
    'is not enabled',
  ],
  ['a time before the window (S4-D05)', at('2026-10-01T00:00:00Z'), smallWorld(), 'outside of what can be restored'],
  ['a time in the future (S4-D05)', at('2026-11-20T23:30:00Z'), smallWorld(), 'outside of what can be restored'],
  ['a time without a zone (S4-D29)', at('2026-11-20T21:30:00'), smallWorld(), 'a time with its offset'],
  ['a time that is none (S4-D06)', at('Garbage'), smallWorld(), 'a time with its offset'],
  ['a day that does not exist (S4-D06)', at('2026-02-30T00:00:00Z'), smallWorld(), 'a time with its offset'],
  ['no source', { TableName: 'ParksAr' }, smallWorld(), 'Source'],
  ['a backup that does not exist (S4-D08)', fromBackup, smallWorld(), 'there is no such backup'],
  [
    'a backup that is not complete (S4-D21)',
    fromBackup,
    smallWorld({
      tableBackups: [{ BackupName: 'b', BackupArn: BACKUP_ARN, BackupStatus: 'CREATING', Table: goodTable() }],
    }),
    'CREATING, only an AVAILABLE one',
  ],
  [
    'a backup of another table (S4-D08)',
    fromBackup,
    smallWorld({
      ...inBackup({ TableName: 'Rangers' }),
    }),
    'table/Rangers, not of arn:aws:dynamodb:eu-west-1:111122223333:table/ParksAr; give SourceTableArn',
  ],
  [
    'a recovery point that is not complete (S4-D19)',
    fromPoint,
    worldWith({ Status: 'PARTIAL' }),
    'PARTIAL, only a COMPLETED one',
  ],
  [
    'a recovery point of another table',
    fromPoint,
    worldWith({ ResourceArn: `${TABLE_ARN}2` }),
    'not of arn:aws:dynamodb',
  ],
  ['a vault that does not exist (S4-F01)', fromPoint, smallWorld(), 'there is no backup vault nightly'],
  [
    'a recovery point in another vault',
    fromPoint,
    worldWith({ BackupVaultName: 'weekly' }, { vaults: [{ BackupVaultName: VAULT }, { BackupVaultName: 'weekly' }] }),
    'it is not in the backup vault nightly',
  ],
  [
    'a role that may not be used (S4-D24)',
    swapInput({ Source: { ...fromPoint.Source, IamRoleArn: 'arn:aws:iam::111122223333:role/a/b/nobody' } }),
    worldWith(),
    'IamRoleArn',
  ],
  [
    'another account (S4-D23)',
    swapInput({ ExpectedAccountId: '011122223333' }),
    smallWorld(),
    'this is the account 111122223333',
  ],
  [
    'an account id that is a number (S4-D23)',
    swapInput({ ExpectedAccountId: 111122223333 }),
    smallWorld(),
    'ExpectedAccountId',
  ],
  ['a misspelt key', swapInput({ Aproval: 'Skip' }), smallWorld(), 'Approval'],
])('touches nothing, and refuses %s', async (_name, input, world, message) => {
  wantsRefusals();
  await run({ world, input }, (simulation, execution) => {
    expect(execution).toMatchObject({ status: 'FAILED', error: 'InvalidInputError' });
    expect(execution.cause).toContain(message);
    expect(tableNames(simulation).some((name) => name.includes('--dupe-'))).toBe(false);
    expect(simulation.region.sns.published).toHaveLength(1);
  });
});

it.each(['RunsTable', 'WaitsTable', 'LocksTable'])(
  'neither replaces nor deletes the %s, in which runs remember',
  async (id) => {
    const simulation = await open();
    try {
      const TableName = simulation.stack.resource(id).physicalId;
      const swap = simulation.start('dynamodb-swap-restore', swapInput({ TableName }), 'run-1');
      const deletion = simulation.start(
        'dynamodb-table-operation',
        { Operation: 'DeleteTable', TableName, ConfirmTableName: TableName },
        'run-2',
      );
      await simulation.finish(swap);
      await simulation.finish(deletion);
      for (const { error, cause } of [swap, deletion]) {
        expect(error).toBe('InvalidInputError');
        expect(cause).toContain("one of this stack's own tables");
      }
    } finally {
      simulation.close();
    }
  },
);

it('lists everything that is wrong at once (S4-F01)', async () => {
  const world = worldWith(
    { Status: 'PARTIAL', ResourceArn: `${TABLE_ARN}2` },
    {
      tables: [parksTable({ ReplicaRegions: ['us-east-1'] })],
    },
  );
  await run({ world, input: { ...fromPoint, ExpectedAccountId: '999999999999' } }, (simulation, execution) => {
    for (const part of ['global table', 'PARTIAL', 'not of', 'ExpectedAccountId'])
      expect(execution.cause).toContain(part);
    expect(settingsOf(simulation)).toMatchObject({ DeletionProtectionEnabled: true });
  });
});
