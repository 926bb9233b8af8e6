import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { restoreJob } from '../shared/wait-kinds/restore-job';
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
  const wait = { id: `${runId}#duplicateAfterAll`, region: REGION, deadlineSeconds: DEADLINE_SECONDS, taskToken };
  // The table of a restore job may come long after its start.
  if (run.restoreJobId) return startWait(restoreJob, { ...wait, resources: [run.restoreJobId] });
  return startWait(tableActive, { ...wait, resources: run.duplicateIntendedAt ? [run.duplicateName] : [] });
});
