import { GetRestoreJobMetadataCommand, paginateListRestoreJobs } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { getRun, type StepInput, updateRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { restoreJob } from '../shared/waits/kinds/restore-job';
import { startWait } from '../shared/waits/waits';
import { ISOLATED, PROFILE_NAME } from './isolated-network';
import { type RestoreTestRun, testName, waitId } from './restore-test-run';

const REGION = requireEnv('AWS_REGION');
/** AWS Backup cannot stop a restore job, and only its end shows what it made. */
const DEADLINE_SECONDS = 30 * 24 * 3600;

/**
 * Of a test on demand: waits for the end of its restore job, also of one whose id was never recorded. Ends at once when
 * none was begun, or when it is over. Starts nothing; safe to repeat.
 */
export const handler = task(async ({ runId, taskToken }: StepInput & { taskToken: string }): Promise<void> => {
  const run = await getRun<RestoreTestRun>(runId);
  const jobId = run?.restoreIntendedAt ? (run.restoreJobId ?? (await findJob(run))) : undefined;
  if (jobId && !run?.restoreJobId) await updateRun(runId, { restoreJobId: jobId });
  await startWait(restoreJob, {
    id: `${waitId(runId, 'restore')}-end`,
    region: REGION,
    resources: jobId ? [jobId] : [],
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

/**
 * The job of this recovery point that restores to this run's own name. An instance has none: what is restored with the
 * profile of tests into their network is this run's, as one test of a source runs at a time.
 */
async function findJob({ runId, plan, restoreIntendedAt = 0 }: RestoreTestRun): Promise<string | undefined> {
  // A minute of slack: AWS Backup's clock is not ours.
  const query = { ByCreatedAfter: new Date((restoreIntendedAt - 60) * 1000) };
  for await (const { RestoreJobs = [] } of paginateListRestoreJobs({ client: backupIn(REGION) }, query)) {
    for (const { RestoreJobId, RecoveryPointArn } of RestoreJobs) {
      if (!RestoreJobId || RecoveryPointArn !== plan.recoveryPointArn) continue;
      const { Metadata } = await backupIn(REGION).send(new GetRestoreJobMetadataCommand({ RestoreJobId }));
      const names = [Metadata?.targetTableName, Metadata?.CreationToken];
      const { iamInstanceProfileName, subnetId } = Metadata ?? {};
      const isInstance = PROFILE_NAME && iamInstanceProfileName === PROFILE_NAME && subnetId === ISOLATED.subnetId;
      if (names.includes(testName(runId)) || isInstance) return RestoreJobId;
    }
  }
  return undefined;
}
