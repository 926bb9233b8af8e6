import { updateRun } from '../../shared/runs/runs';
import { describeCause, task } from '../../shared/task';
import { CopyJobFailedError } from '../errors';
import { getRecoveryRun } from '../recovery-run';

interface Input {
  runId: string;
  failure: { error: string; cause?: string };
}

/**
 * When the source region stops answering before the copy is complete: continues with the newest copy in the destination
 * and adds a warning. Never replaces a recovery point that the input names. Safe to repeat.
 */
export const handler = task(async ({ runId, failure }: Input): Promise<void> => {
  const { plan, settings, copyJobId } = await getRecoveryRun(runId);
  const existing = plan.newestInDestination;
  const reason = `the recovery point could not be copied from ${plan.sourceRegion} (${describeCause(failure.cause)})`;
  if (settings.RecoveryPointArn || !existing) throw new CopyJobFailedError(`${reason}, and there is no other copy.`);
  const sourceWarning = `${reason}; restored the newest copy in the destination instead, of ${existing.createdAt}${copyJobId ? `. The copy job ${copyJobId} may still be running` : ''}`;
  await updateRun(runId, { plan: { ...plan, restoreFrom: existing.arn, sourceWarning } });
});
