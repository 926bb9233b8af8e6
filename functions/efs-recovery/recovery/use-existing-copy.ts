import { updateRun } from '../../shared/runs/runs';
import { describeCause, task } from '../../shared/task';
import { CopyJobFailedError } from '../errors';
import { getRecoveryRun } from '../recovery-run';

interface Input {
  runId: string;
  failure: { error: string; cause?: string };
}

/**
 * When the source region stops answering before the copy is made: goes on with the newest copy that the destination has,
 * and says so. A recovery point that the input names is never exchanged for another. Safe to repeat.
 */
export const handler = task(async ({ runId, failure }: Input): Promise<void> => {
  const { plan, settings, copyJobId } = await getRecoveryRun(runId);
  const existing = plan.newestInDestination;
  const reason = `the recovery point could not be copied from ${plan.sourceRegion} (${describeCause(failure.cause)})`;
  if (settings.RecoveryPointArn || !existing) throw new CopyJobFailedError(`${reason}, and there is no other copy.`);
  const sourceWarning = `${reason}; restored the newest copy in the destination instead, of ${existing.createdAt}${copyJobId ? `. The copy job ${copyJobId} may still go on` : ''}`;
  await updateRun(runId, { plan: { ...plan, restoreFrom: existing.arn, sourceWarning } });
});
