import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { tableActive } from '../shared/wait-kinds/table-active';
import { startWait } from '../shared/waits';
import { getSwapRun } from './swap-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 7 * 24 * 3600;

/**
 * For the undo: a restore cannot be stopped, and a table that is being restored cannot be deleted, so its end is waited
 * for. Safe to repeat, and starts nothing.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getSwapRun(runId);
  await startWait(tableActive, {
    id: `${runId}#duplicateAfterAll`,
    region: REGION,
    resources: run.duplicateIntendedAt ? [run.duplicateName] : [],
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});
