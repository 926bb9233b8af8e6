import { isDeepStrictEqual } from 'node:util';
import type { Execution } from '../../simulator/asl/execution';
import type { Fault } from '../../simulator/faults';
import { notOwnWork, rememberEarlierRun, runRecords } from '../own-work';
import type { Simulation } from '../simulation';
import type { World } from '../world';
import { GOOD, open, TABLE, tableOf, type WorldTable } from './parks';

const DEADLINE_SECONDS = 40 * 24 * 3600;

interface OperationOptions {
  world: World;
  input: Record<string, unknown>;
  faults?: Fault[];
  /** What another person does meanwhile. */
  meanwhile?: (simulation: Simulation, execution: Execution) => Promise<void>;
}

/** Runs one table operation to its end, undo included; returns what does not hold that must, whatever went wrong. */
export async function brokenByOperation({ world, input, faults = [], meanwhile }: OperationOptions): Promise<string[]> {
  const simulation = await open(world, faults);
  try {
    const before = tableOf(simulation);
    rememberEarlierRun(simulation, 'dynamodb-table-operation');
    const execution = simulation.start('dynamodb-table-operation', input);
    await meanwhile?.(simulation, execution);
    const { clock } = simulation.account;
    await clock.runUntil(() => execution.status !== 'RUNNING' && simulation.isQuiet(), DEADLINE_SECONDS);
    // What was begun and cannot be called off comes to its end.
    await clock.runUntil(clock.sleep(3600), 3601);
    return brokenAtTheEnd(simulation, execution, before);
  } finally {
    simulation.close();
  }
}

function brokenAtTheEnd(simulation: Simulation, execution: Execution, before: WorldTable | undefined): string[] {
  const broken: string[] = [];
  const hold = (condition: boolean, what: string) => {
    if (!condition) broken.push(what);
  };
  const records = runRecords(simulation);
  const run = records[0] ?? {};
  const isGivenUp = run.undoAttempts === 3;
  const subjects = new Set(simulation.region.sns.published.map(({ subject }) => subject));
  hold(records.length === 1 && !run.open && run.finishedAt !== undefined, 'the run record is not closed');
  hold(subjects.size === 1 && [...subjects][0]?.startsWith(String(run.outcome)) === true, `told: ${[...subjects]}`);
  hold(execution.status !== 'SUCCEEDED' || run.outcome === 'SUCCEEDED', 'the execution succeeded, the run did not');
  broken.push(...notOwnWork(simulation, execution));
  hold(isGivenUp || simulation.items('LocksTable').length === 0, 'a lock is left');
  const { settings = {} } = run as { settings?: Record<string, unknown> };
  const after = tableOf(simulation);
  if (run.outcome === 'SUCCEEDED')
    hold(isDone(simulation, settings, run.fallbackBackupArn, after), 'SUCCEEDED without it');
  if (before && !after) {
    hold(settings.Operation === 'DeleteTable', 'the table is gone');
    hold(
      isBackedUp(simulation, String(run.fallbackBackupArn)) || settings.SkipBackup === true,
      'no backup of the table',
    );
  }
  if (before && after) {
    hold(isDeepStrictEqual(plain(after.Items), plain(before.Items)), 'the items are others');
    hold(
      after.DeletionProtectionEnabled === true || before.DeletionProtectionEnabled !== true || isGivenUp,
      'the table lost its protection',
    );
  }
  if (before && after && settings.Operation === 'DeleteTable')
    hold(
      Boolean(after.PointInTimeRecoveryEnabled) === Boolean(before.PointInTimeRecoveryEnabled) ||
        run.recoveryLeftOn !== undefined ||
        isGivenUp,
      'point-in-time recovery is not as it was',
    );
  const toldOf = simulation.region.sns.published.map(({ message }) => message).join('\n');
  hold(!after || before !== undefined || toldOf.includes(TABLE) || isGivenUp, 'a table is there that no message names');
  return broken;
}

function isDone(
  simulation: Simulation,
  settings: Record<string, unknown>,
  backupArn: unknown,
  after: WorldTable | undefined,
): boolean {
  switch (settings.Operation) {
    case 'CreateBackup':
      return isBackedUp(simulation, String(backupArn));
    case 'DeleteTable':
      return after === undefined;
    case 'EnablePointInTimeRecovery':
      return after?.PointInTimeRecoveryEnabled === true;
    case 'EnableDeletionProtection':
      return after?.DeletionProtectionEnabled === true;
    default:
      return isDeepStrictEqual(plain(after?.Items), plain(GOOD));
  }
}

function plain(items: WorldTable['Items']): unknown {
  return JSON.parse(JSON.stringify(items ?? []));
}

function isBackedUp(simulation: Simulation, arn: string): boolean {
  return simulation.region.dynamodb.backups
    .present()
    .some((backup) => backup.arn === arn && backup.status === 'AVAILABLE');
}
