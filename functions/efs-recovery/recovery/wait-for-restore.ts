import { GetRestoreJobMetadataCommand, paginateListRestoreJobs } from '@aws-sdk/client-backup';
import { backupIn } from '../../shared/clients/backup';
import { requireEnv } from '../../shared/config';
import { logger } from '../../shared/logger';
import { getRun, updateRun } from '../../shared/runs/runs';
import { describeError, isTransient, task } from '../../shared/task';
import { restoreJob } from '../../shared/waits/kinds/restore-job';
import { startWait } from '../../shared/waits/waits';
import { destinationOf } from '../destination';
import { creationToken, type RecoveryRun, waitId } from '../recovery-run';

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

/**
 * The job that was started although its id was never recorded: of the recovery point, and with this run's creation token.
 * Another job may restore the same recovery point at that time.
 */
async function findJob(run: RecoveryRun): Promise<string | undefined> {
  const { region, assumeRoleArn } = destinationOf(run.settings);
  // A minute of slack: AWS Backup's clock is not ours.
  const query = { ByCreatedAfter: new Date(((run.restoreIntendedAt ?? 0) - 60) * 1000) };
  for await (const page of paginateListRestoreJobs({ client: backupIn(region, assumeRoleArn) }, query)) {
    for (const { RestoreJobId, RecoveryPointArn } of page.RestoreJobs ?? []) {
      if (RestoreJobId && RecoveryPointArn === run.restoredFrom && (await isOurs(run, RestoreJobId)))
        return RestoreJobId;
    }
  }
  return undefined;
}

/** A look that is refused proves nothing: such a job is not this run's. */
async function isOurs({ runId, settings }: RecoveryRun, RestoreJobId: string): Promise<boolean> {
  const { region, assumeRoleArn } = destinationOf(settings);
  try {
    const query = new GetRestoreJobMetadataCommand({ RestoreJobId });
    const { Metadata } = await backupIn(region, assumeRoleArn).send(query);
    return Metadata?.CreationToken === creationToken(runId);
  } catch (error) {
    if (isTransient(error)) throw error;
    logger.warn('Could not tell whose a restore job is', { RestoreJobId, reason: describeError(error) });
    return false;
  }
}
