import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { getRun, type StepInput } from '../shared/runs/runs';
import { task } from '../shared/task';
import { comparison } from '../shared/waits/kinds/comparison';
import { startWait } from '../shared/waits/waits';
import { askWorker } from './ask-worker';
import { lastComparison } from './file-comparison';
import { type RestoreTestRun, waitId } from './restore-test-run';

const REGION = requireEnv('AWS_REGION');
/** The worker has a quarter of an hour to stop, and then its instance has to go. */
const DEADLINE_SECONDS = 3600;

/**
 * Stops a comparison that is still at work, and waits for its end: a file system must not lose its mount targets while the
 * worker has it mounted. Safe to repeat.
 */
export const handler = task(async ({ runId, taskToken }: StepInput & { taskToken: string }): Promise<void> => {
  const run = await getRun<RestoreTestRun>(runId);
  const found = run && (await lastComparison(run));
  if (found?.open) await stop(found.runId);
  await startWait(comparison, {
    id: waitId(runId, 'comparisonEnded'),
    region: REGION,
    resources: found?.open ? [found.runId] : [],
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

async function stop(backupId: string): Promise<void> {
  try {
    await askWorker({ mode: 'compare', action: 'stop', backupId });
  } catch (error) {
    // It has ended meanwhile.
    if (!hasName(error, 'RestoreTestFailedError')) throw error;
  }
}
