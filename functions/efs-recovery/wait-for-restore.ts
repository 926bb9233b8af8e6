import { paginateListRestoreJobs } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { updateRun } from '../shared/runs';
import { task } from '../shared/task';
import { restoreJob } from '../shared/wait-kinds/restore-job';
import { startWait } from '../shared/waits';
import { getRecoveryRun, type RecoveryRun, waitId } from './recovery-run';

const DEADLINE_SECONDS = 30 * 24 * 3600;

/**
 * For the undo: a restore job cannot be stopped, so its end is waited for; only then is it known what it left behind.
 * Safe to repeat, and starts nothing.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getRecoveryRun(runId);
  const jobId = run.restoreIntendedAt ? (run.restoreJobId ?? (await findJob(run))) : undefined;
  if (jobId && !run.restoreJobId) await updateRun(runId, { restoreJobId: jobId });
  await startWait(restoreJob, {
    id: waitId(runId, 'restore'),
    region: run.settings.DestinationRegionName ?? '',
    resources: jobId ? [jobId] : [],
    context: { assumeRoleArn: run.settings.AutomationAssumeRole },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

/** The job that was started although nobody noted its id any more. */
async function findJob(run: RecoveryRun): Promise<string | undefined> {
  // A minute of slack: AWS Backup's clock is not ours.
  const query = { ByCreatedAfter: new Date(((run.restoreIntendedAt ?? 0) - 60) * 1000) };
  const backup = backupIn(run.settings.DestinationRegionName, run.settings.AutomationAssumeRole);
  for await (const page of paginateListRestoreJobs({ client: backup }, query)) {
    const job = page.RestoreJobs?.find(({ RecoveryPointArn }) => RecoveryPointArn === run.restoredFrom);
    if (job?.RestoreJobId) return job.RestoreJobId;
  }
  return undefined;
}
