import { nowSeconds } from '../shared/clock';
import { hasName } from '../shared/error-name';
import { TransientServiceError } from '../shared/errors';
import { getOpenRun, updateRun } from '../shared/runs/runs';
import { describeError, isTransient, task } from '../shared/task';
import {
  isOriginalThere,
  isProtectionWanted,
  lookAtRecovery,
  type Recovery,
  turnRecovery,
  unprotected,
} from './last-minute';
import type { OperationRun } from './operation/operation-run';
import type { SwapRun } from './swap/swap-run';

/** DynamoDB shows a restorable moment about five minutes after recovery was turned on. */
const RESTORABLE_WITHIN_SECONDS = 1200;

/**
 * Turns on point-in-time recovery of a table that is going to be deleted: an on-demand backup may lack the last minute's
 * writes, and the system backup that DynamoDB makes at the deletion of such a table does not
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html). With `isDeletionNext` it also
 * waits until the table can be restored to a moment. Does nothing where the input declines it. Throws
 * LastMinuteUnprotectedError where it is refused. Safe to repeat: the intent is recorded first.
 */
export const handler = task(
  async ({ runId, isDeletionNext }: { runId: string; isDeletionNext?: boolean }): Promise<void> => {
    const run = await getOpenRun<SwapRun | OperationRun>({ runId });
    if (!isProtectionWanted(run)) return;
    const { TableName } = run.settings;
    try {
      // The next look at a table that replaced it ends the run.
      if ((await isOriginalThere(run)) === 'no') return;
      const recovery = await lookAtRecovery(TableName);
      if (!recovery.isOn) await turnOn(run);
      if (isDeletionNext) assertRestorable(run, recovery);
    } catch (error) {
      // One that is gone by now is what the deletion would have led to.
      if (hasName(error, 'TableNotFoundException')) return;
      if (isTransient(error) || hasName(error, 'LastMinuteUnprotectedError')) throw error;
      throw unprotected(TableName, `cannot be turned on (${describeError(error)})`);
    }
  },
);

async function turnOn({ runId, settings, recoveryTurnedOnAt }: SwapRun | OperationRun): Promise<void> {
  if (!recoveryTurnedOnAt) await updateRun(runId, { recoveryTurnedOnAt: nowSeconds() });
  await turnRecovery(settings.TableName, true);
}

function assertRestorable(run: SwapRun | OperationRun, { isOn, earliest, latest }: Recovery): void {
  const { TableName } = run.settings;
  if (isOn && earliest && latest && latest > earliest) return;
  const since = isOn ? (earliest?.getTime() ?? 0) / 1000 || run.recoveryTurnedOnAt || run.startedAt : nowSeconds();
  if (nowSeconds() - since > RESTORABLE_WITHIN_SECONDS)
    throw unprotected(TableName, 'is on, but DynamoDB shows no moment that the table can be restored to');
  throw new TransientServiceError(`${TableName} cannot be restored to a point in time yet.`);
}
