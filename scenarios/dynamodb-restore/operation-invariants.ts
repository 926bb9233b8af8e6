import { isDeepStrictEqual } from 'node:util';
import type { Execution } from '../../simulator/asl/execution';
import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { notOwnWork, rememberEarlierRun, runRecords } from '../own-work';
import type { Simulation } from '../simulation';
import { type Stop, stopAt } from '../stop';
import type { World } from '../world';
import { GOOD, open, swapInput, TABLE, tableOf, type WorldTable } from './parks';

const DEADLINE_SECONDS = 40 * 24 * 3600;

interface OperationOptions {
  world: World;
  input: Record<string, unknown>;
  faults?: Fault[];
  doubts?: PinnedDoubts;
  seed?: number;
  /** The operation is about a swap that ended before, and left its duplicate. */
  isAfterSwap?: boolean;
  /** A person stops it. */
  stop?: Stop;
  /** What another person does meanwhile. */
  meanwhile?: (simulation: Simulation, execution: Execution) => Promise<void>;
}

/** Runs one table operation to its end, undo included; returns what does not hold that must, whatever went wrong. */
export async function brokenByOperation(options: OperationOptions): Promise<string[]> {
  const { world, input, faults = [], doubts, seed, isAfterSwap, meanwhile, stop } = options;
  const simulation = await open(world, [], seed, doubts);
  try {
    const keys = isAfterSwap ? await finishedSwap(simulation) : {};
    const before = tableOf(simulation);
    simulation.region.sns.published.length = 0;
    rememberEarlierRun(simulation, 'dynamodb-table-operation');
    simulation.account.faults.list.push(...faults);
    const execution = simulation.start('dynamodb-table-operation', { ...input, ...keys });
    if (stop) stopAt(simulation, execution, stop);
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

/** A swap that ended and kept its duplicate; returns the key of an input that is about it. */
export async function finishedSwap(simulation: Simulation): Promise<{ RunId: string }> {
  const swap = simulation.start('dynamodb-swap-restore', swapInput({ Cleanup: false }));
  await simulation.finish(swap);
  if (swap.status !== 'SUCCEEDED') throw new Error(`The swap before the operation ended ${swap.status}.`);
  return { RunId: swap.arn };
}

function brokenAtTheEnd(simulation: Simulation, execution: Execution, before: WorldTable | undefined): string[] {
  const broken: string[] = [];
  const hold = (condition: boolean, what: string) => {
    if (!condition) broken.push(what);
  };
  const ofWorkflow = (name: string) => runRecords(simulation).filter(({ workflow }) => workflow === name);
  const records = ofWorkflow('dynamodb-table-operation');
  const run = records[0] ?? {};
  const [swap] = ofWorkflow('dynamodb-swap-restore');
  const isGivenUp = run.undoAttempts === 3;
  const subjects = new Set(simulation.region.sns.published.map(({ subject }) => subject));
  hold(records.length === 1 && !run.open && run.finishedAt !== undefined, 'the run record is not closed');
  hold(subjects.size === 1 && [...subjects][0]?.startsWith(String(run.outcome)) === true, `told: ${[...subjects]}`);
  hold(execution.status !== 'SUCCEEDED' || run.outcome === 'SUCCEEDED', 'the execution succeeded, the run did not');
  broken.push(...notOwnWork(simulation, execution));
  hold(isGivenUp || simulation.items('LocksTable').length === 0, 'a lock is left');
  const { settings = {} } = run as { settings?: Record<string, unknown> };
  const after = tableOf(simulation);
  if (run.outcome === 'SUCCEEDED') hold(isDone(simulation, settings, { run, swap, after }), 'SUCCEEDED without it');
  if (swap) hold(isBackedUp(simulation, String(swap.fallbackBackupArn)), 'the fallback of the swap is gone');
  if (swap && settings.Operation === 'VerifyTable')
    hold(isThere(simulation, swap.duplicateName), 'the duplicate of the swap is gone');
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

type Fields = Record<string, unknown>;

function isDone(
  simulation: Simulation,
  settings: Fields,
  { run, swap, after }: { run: Fields; swap?: Fields; after?: WorldTable },
): boolean {
  switch (settings.Operation) {
    case 'CreateBackup':
      return isBackedUp(simulation, String(run.fallbackBackupArn));
    case 'DeleteTable':
      return after === undefined;
    case 'EnablePointInTimeRecovery':
      return after?.PointInTimeRecoveryEnabled === true;
    case 'EnableDeletionProtection':
      return after?.DeletionProtectionEnabled === true;
    case 'RemoveLeftovers':
      return !isThere(simulation, swap?.duplicateName) && !isBackedUp(simulation, String(swap?.duplicateBackupArn));
    case 'RestoreToPointInTime':
      return isDeepStrictEqual(plain(tableOf(simulation, String(settings.TargetTableName))?.Items), plain(GOOD));
    default:
      return isDeepStrictEqual(plain(after?.Items), plain(GOOD));
  }
}

function isThere(simulation: Simulation, name: unknown): boolean {
  return simulation.region.dynamodb.tables.has(String(name));
}

function plain(items: WorldTable['Items']): unknown {
  return JSON.parse(JSON.stringify(items ?? []));
}

function isBackedUp(simulation: Simulation, arn: string): boolean {
  return simulation.region.dynamodb.backups
    .present()
    .some((backup) => backup.arn === arn && backup.status === 'AVAILABLE');
}
