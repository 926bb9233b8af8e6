import { nowSeconds } from '../../shared/clock';
import { TransientServiceError } from '../../shared/errors';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { getWait } from '../../shared/waits/waits';
import { findTable } from '../find-table';
import { putRecoveryBack } from '../last-minute';
import { pointInTimeRecovery } from '../settings/point-in-time-recovery';
import { noteSystemBackup } from '../system-backup';
import { recordFallback, releaseFallbacks } from './fallbacks';
import { forgetDuplicate, keepDuplicate } from './kept-duplicates';
import { isAsLeft, leftTableUntouched, removeLeftovers } from './leftovers';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

const DAY_SECONDS = 24 * 3600;

/**
 * Removes what was needed only on the way: the duplicate and its backup, once the table is there without it. The fallback
 * stays for its grace period. If the name holds anything else than what was wanted, or a table that this run did not make,
 * duplicate and backup stay too, as they may be the last copies. What an interrupted run restored is kept for the next one. Safe to repeat: what is gone
 * already is no error. Waits some minutes for the system backup of the deletion.
 */
export const handler = task(async ({ runId, isUndo }: StepInput): Promise<void> => {
  const run = await getSwapRun({ runId, isUndo });
  const isBackupComing = run.deletedAt !== undefined && (await noteSystemBackup(run, run.deletedAt));
  await scheduleFallbackRemoval(run);
  await removeWhatIsSpare(run, isUndo);
  if (isBackupComing)
    throw new TransientServiceError(`The system backup of ${run.settings.TableName} is not AVAILABLE yet.`);
});

async function removeWhatIsSpare(run: SwapRun, isUndo: boolean | undefined): Promise<void> {
  const { runId } = run;
  const isUntouched = leftTableUntouched(run);
  if (isUntouched) await putOwnRecoveryBack(run);
  // What is undone did not come to its end by itself: it may be started again.
  const duplicateKeptUntil = isUndo && isUntouched ? await keepForNextRun(run) : undefined;
  if (duplicateKeptUntil) await updateRun(runId, { duplicateKeptUntil });
  // From here on it is this run's alone, to be removed or to stay for good.
  else if (run.adopted) await forgetDuplicate(run.duplicateName);
  const table = await findTable(run.settings.TableName);
  // A person may want to compare.
  if (run.isDoubtful) return;
  if (!run.settings.Cleanup || !table || !['ACTIVE', 'UPDATING'].includes(table.TableStatus ?? '')) return;
  if ((run.verifiedAs !== 'restored' && !isUntouched) || !isAsLeft(run, table)) return;
  await removeLeftovers(run, { isUntouched, isDuplicateKept: duplicateKeptUntil !== undefined });
  await updateRun(runId, { cleanedUpAt: nowSeconds() });
}

/** Recovery that this run turned on is off again: then the setting is as it was. */
async function putOwnRecoveryBack(run: SwapRun): Promise<void> {
  if (!run.recoveryTurnedOnAt) return;
  await putRecoveryBack(run);
  const gaps = run.gaps?.filter(({ setting }) => setting !== pointInTimeRecovery.name);
  if (gaps && gaps.length < (run.gaps?.length ?? 0)) await updateRun(run.runId, { gaps });
}

/** Only what is complete: a restore that failed may leave a table with a part of the items. Returns until when. */
async function keepForNextRun(run: SwapRun): Promise<number | undefined> {
  if (!run.adopted && !(await isRestored(run.runId))) return undefined;
  const duplicate = await findTable(run.duplicateName);
  return duplicate?.TableStatus === 'ACTIVE' && duplicate.TableId ? keepDuplicate(run, duplicate) : undefined;
}

async function isRestored(runId: string): Promise<boolean> {
  const waits = [await getWait(waitId(runId, 'duplicate')), await getWait(waitId(runId, 'duplicateAfterAll'))];
  const ends = waits.flatMap((wait) => Object.values(wait?.settled ?? {}));
  return ends.length > 0 && ends.every(({ state }) => ['ACTIVE', 'COMPLETED'].includes(state));
}

async function scheduleFallbackRemoval(run: SwapRun): Promise<void> {
  const removeAfter = run.startedAt + run.settings.FallbackGraceDays * DAY_SECONDS;
  // The original itself while it was not deleted; the table that was verified under its name afterwards.
  const tableId = run.deletedAt === undefined ? run.table?.tableId : run.verifiedTableId;
  if (run.earlierFallbackArn)
    await recordFallback({ ...run, fallbackBackupArn: run.earlierFallbackArn }, tableId, removeAfter);
  const fallbackKeptUntil = await recordFallback(run, tableId, removeAfter);
  if (fallbackKeptUntil) await updateRun(run.runId, { fallbackKeptUntil });
  if (run.verifiedAs === 'restored' && tableId) await releaseFallbacks(run.settings.TableName, tableId, removeAfter);
}
