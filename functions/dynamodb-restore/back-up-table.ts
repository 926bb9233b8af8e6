import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { updateRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { tableBackup } from '../shared/waits/kinds/table-backup';
import { startWait } from '../shared/waits/waits';
import { beginBackup } from './begin-backup';
import { fallbackName } from './names';
import { getSwapRun, type SwapRun, waitId } from './swap/swap-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 24 * 3600;

/**
 * Backs up the original (the fallback) or the duplicate, and waits until the backup can be restored. `isRenewal` replaces a
 * fallback that got too old while the run waited for the approval. Safe to repeat: the
 * backup's name belongs to this run alone, so one of that name is adopted instead of being made again.
 */
export const handler = task(
  async ({
    runId,
    which,
    isRenewal,
    taskToken,
  }: {
    runId: string;
    which: 'original' | 'duplicate';
    isRenewal?: boolean;
    taskToken: string;
  }): Promise<void> => {
    const run = isRenewal ? await forgetFallback(await getSwapRun({ runId })) : await getSwapRun({ runId });
    const TableName = which === 'original' ? run.settings.TableName : run.duplicateName;
    const BackupName = which === 'original' ? run.fallbackName : run.duplicateName;
    const known = which === 'original' ? run.fallbackBackupArn : run.duplicateBackupArn;
    const backupArn = known ?? (await beginBackup(TableName, BackupName));
    await updateRun(runId, { [which === 'original' ? 'fallbackBackupArn' : 'duplicateBackupArn']: backupArn });
    await startWait(tableBackup, {
      id: waitId(runId, which === 'original' ? 'fallbackBackup' : 'duplicateBackup'),
      region: REGION,
      resources: [backupArn],
      deadlineSeconds: DEADLINE_SECONDS,
      taskToken,
    });
  },
);

/** The record of a run that makes its fallback again: the earlier one is kept, under another name in the record. */
async function forgetFallback(run: SwapRun): Promise<SwapRun> {
  if (run.fallbackRenewedAt) return run;
  const { fallbackBackupArn: earlierFallbackArn, ...others } = run;
  const renewedAt = nowSeconds();
  const renewed = {
    fallbackName: fallbackName(run.settings.TableName, renewedAt),
    fallbackRenewedAt: renewedAt,
    earlierFallbackArn,
  };
  await updateRun(run.runId, renewed, ['fallbackBackupArn']);
  return { ...others, ...renewed };
}
