import { DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { getOpenRun, updateRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { RestoreTestFailedError } from './errors';
import { hasComparableFiles } from './file-comparison';
import { whyNotOurs } from './proof';
import { type RestoreTestRun, TESTED_TYPES } from './restore-test-run';

/** What the state machine needs to route. */
interface Output {
  resourceType: string;
  comparesFiles: boolean;
}

const REGION = requireEnv('AWS_REGION');

/**
 * Asks AWS Backup what the job has made, and looks whether it is a test's own and not the source. Reads of AWS only;
 * safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<Output> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  const job = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId: run.restoreJobId }));
  if (job.CreatedResourceArn) await updateRun(runId, { createdResourceArn: job.CreatedResourceArn });
  if (job.Status !== 'COMPLETED')
    throw new RestoreTestFailedError(
      `The restore job ${run.restoreJobId} is ${job.Status}${job.StatusMessage ? `: ${job.StatusMessage}` : ''}.`,
    );
  if (job.StatusMessage) await updateRun(runId, { restoredWith: job.StatusMessage });
  if (!TESTED_TYPES.includes(run.plan.resourceType))
    throw new RestoreTestFailedError(`This suite cannot look at a restored ${run.plan.resourceType}.`);
  const refusal = whyNotOurs(run.plan, job.CreatedResourceArn);
  if (refusal) throw new RestoreTestFailedError(refusal);
  return { resourceType: run.plan.resourceType, comparesFiles: hasComparableFiles(run.plan) };
});
