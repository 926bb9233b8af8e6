import { DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { getOpenRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { fileSystemMetered } from '../shared/waits/kinds/file-system-metered';
import { startWait } from '../shared/waits/waits';
import { nameOf } from './proof';
import { type RestoreTestRun, waitId } from './restore-test-run';

const REGION = requireEnv('AWS_REGION');
/** EFS meters a file system about once an hour (EFS User Guide, "Metering"). */
const DEADLINE_SECONDS = 3 * 3600;

/** Waits until EFS has metered the restored file system after its restore: before, it tells the size of an empty one. Safe to repeat. */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  const job = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId: run.restoreJobId }));
  const completedAt = job.CompletionDate ? Math.floor(job.CompletionDate.getTime() / 1000) : nowSeconds();
  await startWait(fileSystemMetered, {
    id: waitId(runId, 'metered'),
    region: REGION,
    resources: [nameOf(run.createdResourceArn ?? '')],
    context: { since: completedAt },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});
