import type { Execution } from '../../simulator/asl/execution';
import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { defaultWorld, Simulation } from '../simulation';
import type { World } from '../world';

export type WorldTable = NonNullable<World['tables']>[number];
type WorldPoint = NonNullable<World['recoveryPoints']>[number];
type Item = NonNullable<WorldTable['Items']>[number];

export const TABLE = 'ParksAr';
export const DUPLICATE = 'ParksAr--dupe-Nov-20-2026-22-00-00';
export const TABLE_ARN = `arn:aws:dynamodb:eu-west-1:111122223333:table/${TABLE}`;
export const BACKUP_ARN = `${TABLE_ARN}/backup/01795200000000-0a1b2c3d`;
export const POINT_ARN = 'arn:aws:backup:eu-west-1:111122223333:recovery-point:0a1b2c3d-0000-4000-8000-000000000002';
export const VAULT = 'nightly';
/** Fifteen minutes before the damage. */
export const BEFORE = '2026-11-20T21:30:00Z';

export const DAMAGED: Item[] = [
  { pk: 'park#1', Name: 'Garibaldi', Visitors: 0 },
  { pk: 'park#2', Name: 'Golden Ears', Visitors: 0 },
  { pk: 'park#9', Name: 'test' },
];
/** The key of an item that an application writes while a swap runs. */
export const WRITTEN = 'park#77';
export const GOOD: Item[] = [
  { pk: 'park#1', Name: 'Garibaldi', Visitors: 1200 },
  { pk: 'park#2', Name: 'Golden Ears', Visitors: 800 },
  { pk: 'park#3', Name: 'Cypress', Visitors: 300 },
];

/** The table, damaged at 21:45; three settings that a restore loses. */
export function parksTable(parts: Partial<WorldTable> = {}): WorldTable {
  const At = '2026-11-20T21:45:00Z';
  return {
    TableName: TABLE,
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    DeletionProtectionEnabled: true,
    TimeToLiveAttribute: 'expiresAt',
    Tags: [{ Key: 'team', Value: 'parks' }],
    PointInTimeRecoveryEnabled: true,
    PointInTimeRecoveryEnabledAt: '2026-11-01T00:00:00Z',
    Items: DAMAGED,
    History: [
      ...GOOD.map((Before) => ({ At, Key: { pk: Before.pk as string }, Before })),
      { At, Key: { pk: 'park#9' } },
    ],
    ...parts,
  };
}

/** The table as it was, for backups and recovery points. */
export function goodTable(parts: Partial<WorldTable> = {}): WorldTable {
  const { History: _history, ...table } = parksTable({ Items: GOOD, ...parts });
  return table;
}

/** The default world's parameters with one small table; deletions, backups and restores are quick. */
export function smallWorld(parts: Partial<World> = {}): World {
  return {
    startAt: '2026-11-20T22:00:00Z',
    parameters: { NotifyOnSuccess: 'Yes' },
    operator: { afterSeconds: 20 },
    tables: [parksTable()],
    tableJobs: [
      { Operation: 'Restore', Table: '*', DurationSeconds: 20 },
      { Operation: 'CreateBackup', Table: '*', DurationSeconds: 4 },
      { Operation: 'DeleteTable', Table: '*', DurationSeconds: 4 },
    ],
    ...parts,
  };
}

/** The default world: one table that uses every setting there is, and durations as on AWS. */
export function fullWorld(parts: Partial<World> = {}): World {
  return { ...defaultWorld('dynamodb-swap-restore'), ...parts };
}

export function swapInput(keys: Record<string, unknown> = {}) {
  return { TableName: TABLE, Source: { Type: 'PointInTime', RestoreDateTime: BEFORE }, ...keys };
}

/** The source of a swap from the recovery point. */
export const FROM_POINT = { Type: 'RecoveryPoint', RecoveryPointArn: POINT_ARN, BackupVaultName: VAULT };
/** The input of a swap from the recovery point. */
export const fromPoint = swapInput({ Source: FROM_POINT });

/** The recovery point of the table, as it was two days before the damage. */
export function recoveryPoint(parts: Partial<WorldPoint> = {}): WorldPoint {
  return {
    RecoveryPointArn: POINT_ARN,
    BackupVaultName: VAULT,
    ResourceArn: TABLE_ARN,
    ResourceType: 'DynamoDB',
    CreationDate: '2026-11-19T02:00:00Z',
    Table: goodTable(),
    ...parts,
  };
}

/** What makes a recovery point one in cold storage. */
export const COLD = {
  CreationDate: '2026-08-01T02:00:00Z',
  Lifecycle: { MoveToColdStorageAfterDays: 8, DeleteAfterDays: 365 },
};

/** The parts of a world that has the recovery point, in its vault. */
export function inVault(parts: Partial<WorldPoint> = {}) {
  return { vaults: [{ BackupVaultName: VAULT }], recoveryPoints: [recoveryPoint(parts)] };
}

/** The parts of a world that has the good table in a backup of DynamoDB. */
export function inBackup(parts: Partial<WorldTable> = {}) {
  return { tableBackups: [{ BackupName: 'b', BackupArn: BACKUP_ARN, Table: goodTable(parts) }] };
}

export function open(
  world: World = smallWorld(),
  faults: Fault[] = [],
  seed = 1,
  doubts: PinnedDoubts = {},
): Promise<Simulation> {
  return Simulation.open({ world, faults, seed, doubts });
}

/** One run of a workflow from its start to its end; `assess` sees the account before it is closed. */
export async function run(
  setUp: { world?: World; faults?: Fault[]; input?: unknown; workflow?: string },
  assess: (simulation: Simulation, execution: Execution) => void | Promise<void>,
): Promise<void> {
  const simulation = await open(setUp.world, setUp.faults);
  try {
    const execution = simulation.start(setUp.workflow ?? 'dynamodb-swap-restore', setUp.input ?? swapInput());
    await simulation.finish(execution);
    await assess(simulation, execution);
  } finally {
    simulation.close();
  }
}

/** Starts a swap and runs it until it asks for the approval, which the operator then gives after his time. */
export async function untilAsked(simulation: Simulation, input: unknown = swapInput()): Promise<Execution> {
  const execution = simulation.start('dynamodb-swap-restore', input);
  const isAsked = () => simulation.region.sns.published.some(({ subject }) => subject?.startsWith('APPROVAL NEEDED'));
  await simulation.account.clock.runUntil(isAsked, 86400);
  return execution;
}

/** Lets days pass after a run. Nothing waits any more, so the looks of every minute are left out. */
export async function daysPass({ account, region, stack }: Simulation, days: number): Promise<void> {
  for (const [id, { type, physicalId: Name }] of stack.resources)
    if (type === 'AWS::Events::Rule' && /Every(Five)?Minutes?$/.test(id)) region.events.DisableRule({ Name });
  await account.clock.runUntil(account.clock.sleep(days * 86400), (days + 1) * 86400);
}

/** What is under a name, if anything is. */
export function tableOf(simulation: Simulation, name = TABLE): WorldTable | undefined {
  return simulation.region.dynamodb.snapshot().find(({ TableName }) => TableName === name);
}

/** The tables that are not the stack's. */
export function tableNames(simulation: Simulation): string[] {
  return simulation.region.dynamodb.snapshot().map(({ TableName }) => TableName);
}

export function output(execution: Execution): Record<string, unknown> {
  return JSON.parse(execution.output ?? '{}');
}

/** Everything about a table that is not its items or given by AWS anew. */
export function settingsOf(simulation: Simulation): unknown {
  const { Items, History, PointInTimeRecoveryEnabledAt, Tags, ...settings } = tableOf(simulation) ?? {};
  const { applicationAutoScaling, lambda } = simulation.region;
  const stream = simulation.region.dynamodb.DescribeTable({ TableName: TABLE }).Table?.LatestStreamArn;
  return JSON.parse(
    JSON.stringify({
      ...settings,
      Tags: [...(Tags ?? [])].sort((a, b) => (a.Key ?? '').localeCompare(b.Key ?? '')),
      scalableTargets: applicationAutoScaling.snapshot(),
      consumerTags: lambda.eventSourceMappings.toWorld().map(({ Tags = {} }) => Tags),
      consumers: stream
        ? lambda
            .ListEventSourceMappings({ EventSourceArn: stream })
            .EventSourceMappings?.map(
              ({
                UUID,
                EventSourceArn,
                EventSourceMappingArn,
                LastModified,
                LastProcessingResult,
                State,
                ...mapping
              }) => mapping,
            )
        : [],
    }),
  );
}
