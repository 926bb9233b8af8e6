import { paginateListRestoreJobs } from '@aws-sdk/client-backup';
import { backupIn } from '../../shared/clients/backup';
import { requireEnv } from '../../shared/config';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { restoreJob } from '../../shared/waits/kinds/restore-job';
import { tableActive } from '../../shared/waits/kinds/table-active';
import { startWait } from '../../shared/waits/waits';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 7 * 24 * 3600;

/**
 * After a failure, and for the undo: a restore cannot be stopped, and a table that is being restored cannot be deleted,
 * so its end is waited for. Safe to repeat, and starts nothing.
 */
export const handler = task(async ({ runId, isUndo, taskToken }: StepInput & { taskToken: string }): Promise<void> => {
  const run = await getSwapRun({ runId, isUndo });
  const id = waitId(runId, 'duplicateAfterAll');
  const wait = { id, region: REGION, deadlineSeconds: DEADLINE_SECONDS, taskToken };
  // The table of a restore job may come long after its start.
  if (run.settings.Source.Type === 'RecoveryPoint' && !run.adopted) {
    const jobIds = run.restoreJobId ? [run.restoreJobId] : await findRestoreJobs(run);
    if (jobIds[0] && !run.restoreJobId) await updateRun(runId, { restoreJobId: jobIds[0] });
    return startWait(restoreJob, { ...wait, resources: jobIds });
  }
  return startWait(tableActive, {
    ...wait,
    resources: run.duplicateIntendedAt || run.adopted ? [run.duplicateName] : [],
  });
});

/** The run may have been stopped after the request for the job and before its answer: the job is known by its source. */
async function findRestoreJobs({ settings, duplicateIntendedAt = 0 }: SwapRun): Promise<string[]> {
  if (settings.Source.Type !== 'RecoveryPoint' || !duplicateIntendedAt) return [];
  const { RecoveryPointArn } = settings.Source;
  const found: string[] = [];
  for await (const { RestoreJobs = [] } of paginateListRestoreJobs(
    { client: backupIn(REGION) },
    { ByResourceType: 'DynamoDB', ByCreatedAfter: new Date((duplicateIntendedAt - 60) * 1000) },
  )) {
    for (const job of RestoreJobs)
      if (job.RestoreJobId && job.RecoveryPointArn === RecoveryPointArn) found.push(job.RestoreJobId);
  }
  return found;
}
