import { paginateListRestoreJobs } from '@aws-sdk/client-backup';
import { backupIn } from '../../shared/clients/backup';
import { requireEnv } from '../../shared/config';
import { getRun, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { restoreJob } from '../../shared/waits/kinds/restore-job';
import { startWait } from '../../shared/waits/waits';
import { destinationOf } from '../destination';
import { type RecoveryRun, waitId } from '../recovery-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 30 * 24 * 3600;

/**
 * After a failure or an abort: waits for the restore job's end. AWS Backup cannot stop it, and only its end shows what it
 * created. Without a restore job the wait ends at once. Safe to repeat; starts nothing.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getRun<RecoveryRun>(runId);
  const destination = run?.restoreIntendedAt ? destinationOf(run.settings) : { region: REGION };
  const jobId = run?.restoreIntendedAt ? (run.restoreJobId ?? (await findJob(run))) : undefined;
  if (jobId && !run?.restoreJobId) await updateRun(runId, { restoreJobId: jobId });
  await startWait(restoreJob, {
    id: waitId(runId, 'restore'),
    region: destination.region,
    resources: jobId ? [jobId] : [],
    context: { ...('assumeRoleArn' in destination && { assumeRoleArn: destination.assumeRoleArn }) },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

/** The job that was started although its id was never recorded. */
async function findJob(run: RecoveryRun): Promise<string | undefined> {
  const { region, assumeRoleArn } = destinationOf(run.settings);
  // A minute of slack: AWS Backup's clock is not ours.
  const query = { ByCreatedAfter: new Date(((run.restoreIntendedAt ?? 0) - 60) * 1000) };
  for await (const page of paginateListRestoreJobs({ client: backupIn(region, assumeRoleArn) }, query)) {
    const job = page.RestoreJobs?.find(({ RecoveryPointArn }) => RecoveryPointArn === run.restoredFrom);
    if (job?.RestoreJobId) return job.RestoreJobId;
  }
  return undefined;
}
