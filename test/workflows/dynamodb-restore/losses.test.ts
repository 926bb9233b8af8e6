import {
  BACKUP_ARN,
  goodTable,
  output,
  POINT_ARN,
  parksTable,
  run,
  smallWorld,
  TABLE,
  TABLE_ARN,
  tableOf,
  VAULT,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';
import type { Execution } from '../../../simulator/asl/execution';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001';
const workflow = 'dynamodb-table-operation';
/** A table with a stream, time to live, a key of the customer, a tag that a backup plan selects by, and protection. */
const full = {
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const },
  SSESpecification: { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId: KEY },
  Tags: [{ Key: 'backup-plan', Value: 'true' }],
};
const copies: Partial<World> = {
  vaults: [{ BackupVaultName: VAULT }],
  tableBackups: [{ BackupName: 'nightly', BackupArn: BACKUP_ARN, Table: goodTable(full) }],
  recoveryPoints: [
    {
      RecoveryPointArn: POINT_ARN,
      BackupVaultName: VAULT,
      ResourceArn: TABLE_ARN,
      ResourceType: 'DynamoDB',
      CreationDate: '2026-11-19T02:00:00Z',
      Table: goodTable(full),
    },
  ],
};
const gone = smallWorld({ ...copies, tables: [] });
const there = smallWorld({ ...copies, tables: [parksTable(full)] });
const fromBackup = { Operation: 'RestoreFromBackup', TableName: TABLE, BackupArn: BACKUP_ARN };
const fromPoint = {
  Operation: 'RestoreFromRecoveryPoint',
  TableName: TABLE,
  RecoveryPointArn: POINT_ARN,
  BackupVaultName: VAULT,
};
/** What neither kind of copy says. */
const NEVER_HELD = ['tags', 'point-in-time recovery', 'deletion protection', 'resource policy', 'table class'];

function lossesOf(execution: Execution): string[] {
  expect(execution.cause).toBeUndefined();
  return output(execution).SettingsNotRestored as string[];
}

/** The settings that a list of losses names. */
function named(losses: string[]): string[] {
  return losses.map((text) => text.split(': ')[0] ?? '');
}

function expectTold(simulation: Simulation, losses: string[]): void {
  const message = simulation.region.sns.published.at(-1)?.message ?? '';
  for (const text of losses) expect(message).toContain(JSON.stringify(text).slice(1, -1));
}

const SWAP = { TableName: TABLE, Source: { Type: 'Backup', BackupArn: BACKUP_ARN } };

it.each([
  ['an operation', workflow, fromBackup],
  ['a swap', 'dynamodb-swap-restore', SWAP],
])(
  'restores by %s what a backup says about a table that is gone, and names each setting that it does not say',
  async (_name, workflow, input) => {
    await run({ workflow, world: gone, input }, (simulation, execution) => {
      const losses = lossesOf(execution);
      expect(tableOf(simulation)).toMatchObject({
        TimeToLiveAttribute: 'expiresAt',
        StreamSpecification: full.StreamSpecification,
        SSESpecification: { KMSMasterKeyId: KEY },
      });
      expect(named(losses)).toEqual(expect.arrayContaining([...NEVER_HELD, 'stream consumer']));
      expect(losses).toContain('tags: the backup does not say it, and the table has none');
      for (const setting of ['stream', 'time to live', 'encryption key', 'key schema'])
        expect(named(losses)).not.toContain(setting);
      expectTold(simulation, losses);
    });
  },
);

it('names each setting that a recovery point does not say, its key among them', async () => {
  await run({ workflow, world: gone, input: fromPoint }, (simulation, execution) => {
    const losses = lossesOf(execution);
    const lost = [...NEVER_HELD, 'encryption key', 'stream', 'time to live'];
    expect(named(losses)).toEqual(expect.arrayContaining(lost));
    expect(losses).toContain('encryption key: the recovery point does not say it, and the table has none');
    expectTold(simulation, losses);
  });
});

it('gives a table that is gone the key that the input chooses, and names no loss of it', async () => {
  const input = { ...fromPoint, EncryptionKeyArn: KEY };
  const world = { ...gone, keys: [{ KeyId: '0a1b2c3d-0000-4000-8000-000000000001' }] };
  await run({ workflow, world, input }, (simulation, execution) => {
    expect(named(lossesOf(execution))).not.toContain('encryption key');
    expect(tableOf(simulation)?.SSESpecification?.KMSMasterKeyId).toBe(KEY);
  });
});

it.each([
  ['a point in time', { Operation: 'RestoreToPointInTime', TableName: TABLE, RestoreDateTime: 'latest' }],
  ['a backup', fromBackup],
])(
  'names what a copy of %s beside the table lacks of it, and gives it neither stream nor an end of its items',
  async (_name, input) => {
    const TargetTableName = 'ParksAr-check';
    await run({ workflow, world: there, input: { ...input, TargetTableName } }, (simulation, execution) => {
      const losses = lossesOf(execution);
      expect(losses).toEqual(
        expect.arrayContaining([
          'stream: was "NEW_IMAGE", is undefined',
          'time to live: was "expiresAt", is undefined',
          'tags: was {"backup-plan":"true"}, is {}',
          'deletion protection: was true, is false',
          'point-in-time recovery: was 35, is undefined',
        ]),
      );
      expect(named(losses)).not.toContain('key schema');
      expect(tableOf(simulation, TargetTableName)?.TimeToLiveAttribute).toBeUndefined();
      expectTold(simulation, losses);
    });
  },
);

it('says that a restored table is there when its settings cannot be looked at', async () => {
  const faults = [
    { call: 'dynamodb:DescribeTable', by: 'VerifySettingsFunction', fault: 'accessDenied', times: 'always' },
  ];
  await run({ workflow, world: gone, input: fromBackup, faults: faults as never }, (simulation, execution) => {
    expect(execution.status).toBe('FAILED');
    expect(simulation.region.sns.published.at(-1)?.message).toContain(
      'The table ParksAr was restored; its settings could not be looked at.',
    );
  });
});

it.each([
  ['an operation', workflow, { ...fromBackup, TableName: 'ParksNew' }, 'BackupArn'],
  ['a swap', 'dynamodb-swap-restore', { ...SWAP, TableName: 'ParksNew' }, 'Source.BackupArn'],
])(
  'says exactly what to add to the input when %s is to restore a copy of another table',
  async (_name, workflow, input, key) => {
    await run({ workflow, world: gone, input }, (_simulation, execution) => {
      expect(execution.error).toBe('InvalidInputError');
      expect(execution.cause).toContain(`- ${key}: it is a backup of ${TABLE_ARN}, not of`);
      expect(execution.cause).toContain(`give SourceTableArn: "${TABLE_ARN}" if that is what you want`);
    });
    const SourceTableArn = TABLE_ARN;
    await run({ workflow, world: gone, input: { ...input, SourceTableArn } }, (simulation, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(tableOf(simulation, 'ParksNew')).toBeDefined();
    });
  },
);
