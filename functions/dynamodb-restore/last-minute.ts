import { DescribeContinuousBackupsCommand, UpdateContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { answerOf } from '../shared/answer';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { nowSeconds } from '../shared/clock';
import { hasName } from '../shared/error-name';
import { TransientServiceError } from '../shared/errors';
import { logger } from '../shared/logger';
import { updateRun } from '../shared/runs/runs';
import { describeError, isTransient } from '../shared/task';
import { LastMinuteUnprotectedError } from './errors';
import { findTable } from './find-table';
import type { OperationRun } from './operation/operation-run';
import { recordedId } from './same-table';
import type { SwapRun } from './swap/swap-run';

/** The period of a table whose answer names none, and of one whose recovery is turned on without one. */
export const LONGEST_DAYS = 35;

/** By how much a function's clock and DynamoDB's may differ at most. */
const CLOCKS_DIFFER_SECONDS = 60;
/** Continuous backups of a new table are on their way. */
const GOES_AWAY = 'ContinuousBackupsUnavailableException';

/** Whether a table can be restored to a point in time. The two times are absent when it cannot. */
export interface Recovery {
  isOn: boolean;
  days?: number;
  earliest?: Date;
  latest?: Date;
}

/** Looks at a table's point-in-time recovery. Throws TransientServiceError for a table that is too new for it. */
export async function lookAtRecovery(TableName: string): Promise<Recovery> {
  const { ContinuousBackupsDescription } = await calmly(() =>
    dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
  );
  const found = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  const answer = answerOf(found?.PointInTimeRecoveryStatus, 'ENABLED', 'DISABLED');
  if (!found || answer === 'unknown') throw new Error(`DynamoDB does not say whether it is on for ${TableName}`);
  if (answer === 'no') return { isOn: false };
  const { RecoveryPeriodInDays: days = LONGEST_DAYS, EarliestRestorableDateTime, LatestRestorableDateTime } = found;
  return { isOn: true, days, earliest: EarliestRestorableDateTime, latest: LatestRestorableDateTime };
}

/** Turns point-in-time recovery on, for 35 days back, or off. Safe to repeat. */
export async function turnRecovery(TableName: string, isOn: boolean): Promise<void> {
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: isOn };
  await calmly(() =>
    dynamodb.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification })),
  );
}

async function calmly<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (hasName(error, GOES_AWAY)) throw new TransientServiceError((error as Error).message);
    throw error;
  }
}

/**
 * Whether the run deletes a table whose on-demand backup may lack the last minute, and is to see to it. A deletion without
 * a backup was declined one.
 */
export function isProtectionWanted({ settings, ...run }: SwapRun | OperationRun): boolean {
  if (!('Operation' in settings))
    return settings.ProtectLastMinute !== false && 'tableExists' in run && run.tableExists;
  return settings.Operation === 'DeleteTable' && !settings.SkipBackup && settings.ProtectLastMinute !== false;
}

/**
 * Looks, right before a deletion, whether DynamoDB will make a system backup, and records it. Throws
 * LastMinuteUnprotectedError where the run rests on it and it is not so. A look that is refused is only fatal there.
 */
export async function noteRecoveryAtDeletion(run: SwapRun | OperationRun): Promise<void> {
  const { TableName } = run.settings;
  const isWanted = isProtectionWanted(run);
  let isOn: boolean | undefined;
  try {
    isOn = (await lookAtRecovery(TableName)).isOn;
  } catch (error) {
    if (isTransient(error)) throw error;
    if (isWanted) throw unprotected(TableName, `cannot be looked at (${describeError(error)})`);
    logger.warn('Could not look at point-in-time recovery', { TableName, reason: describeError(error) });
  }
  if (isWanted && !isOn) throw unprotected(TableName, 'was turned off since this run began');
  await updateRun(run.runId, { recoveryAtDeletion: isOn ?? 'unknown' });
}

/** The error of a run that cannot make sure of the last minute. */
export function unprotected(TableName: string, what: string): LastMinuteUnprotectedError {
  return new LastMinuteUnprotectedError(
    `Nothing was deleted: point-in-time recovery of ${TableName} ${what}, and without it writes of the last minute may be in no copy. Correct that, or give ProtectLastMinute: false.`,
  );
}

/** Whether the table under the name is the one that the run began with, as far as DynamoDB shows ids. */
export async function isOriginalThere(run: SwapRun | OperationRun): Promise<'yes' | 'no' | 'unknown'> {
  const wanted = recordedId(run);
  // Runs that began before 2026-12-01 may have recorded none.
  if (wanted === undefined) return 'yes';
  const table = await findTable(run.settings.TableName);
  if (!table) return 'no';
  if (!wanted || !table.TableId) return 'unknown';
  return table.TableId === wanted ? 'yes' : 'no';
}

/**
 * Turns point-in-time recovery off again when this run turned it on and did not delete the table. Leaves it on when it
 * reaches back further than this run, or for another period than this run set: then another person set it. The same for a
 * table that replaced the one of the run. What is refused is recorded for the result. Safe to repeat.
 */
export async function putRecoveryBack(run: SwapRun | OperationRun): Promise<void> {
  const { recoveryTurnedOnAt: since } = run;
  const { TableName } = run.settings;
  if (!since || run.recoveryPutBackAt) return;
  try {
    const there = await isOriginalThere(run);
    if (there === 'unknown') throw new Error('DynamoDB shows no id of the table');
    if (there === 'no') return await updateRun(run.runId, { recoveryPutBackAt: nowSeconds() }, ['recoveryLeftOn']);
    const { isOn, days, earliest } = await lookAtRecovery(TableName);
    // Clocks differ. The table had no recovery when this run looked, right before it turned it on.
    const isOwn = days === LONGEST_DAYS && (!earliest || earliest.getTime() / 1000 >= since - CLOCKS_DIFFER_SECONDS);
    if (isOn && isOwn) await turnRecovery(TableName, false);
    await updateRun(run.runId, { recoveryPutBackAt: nowSeconds() }, ['recoveryLeftOn']);
  } catch (error) {
    if (isTransient(error)) throw error;
    if (hasName(error, 'TableNotFoundException', 'ResourceNotFoundException')) return;
    await updateRun(run.runId, { recoveryLeftOn: describeError(error) });
  }
}

/**
 * What the result says about point-in-time recovery that a run turned on for a deletion, did not delete the table, and did
 * not turn off again: it was refused, or the step that does it had failed before.
 */
export function describeLeftOn(run: Partial<SwapRun | OperationRun>): string[] {
  const { recoveryTurnedOnAt, recoveryPutBackAt, recoveryLeftOn, settings } = run;
  if (!recoveryTurnedOnAt || recoveryPutBackAt || !settings) return [];
  const reason = recoveryLeftOn ?? 'the step that does it failed before';
  return [
    `This run turned on point-in-time recovery of ${settings.TableName} and could not turn it off again (${reason}); it costs by the table's size until you do.`,
  ];
}
