import { DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { getOpenRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { fileSystemMetered } from '../shared/waits/kinds/file-system-metered';
import { startWait } from '../shared/waits/waits';
import { secondsLeft } from './file-comparison';
import { nameOf } from './proof';
import { type RestoreTestRun, waitId } from './restore-test-run';
import { wholeBytesOf } from './whole-size';

const REGION = requireEnv('AWS_REGION');
/** EFS meters a file system about once an hour, and is sure of its size two hours after the last write. */
const DEADLINE_SECONDS = 3.75 * 3600;
const LEAST_SECONDS = 60;

/**
 * Waits until EFS has metered what was restored, or is sure that there is less than in the backup. Without either in time
 * the test has no verdict, which is never a good one. Safe to repeat.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  const job = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId: run.restoreJobId }));
  const completedAt = job.CompletionDate ? Math.floor(job.CompletionDate.getTime() / 1000) : nowSeconds();
  await startWait(fileSystemMetered, {
    id: waitId(runId, 'metered'),
    region: REGION,
    resources: [nameOf(run.createdResourceArn ?? '')],
    context: {
      since: completedAt,
      ...(job.BackupSizeInBytes !== undefined && { enoughBytes: wholeBytesOf(job.BackupSizeInBytes) }),
    },
    deadlineSeconds: Math.min(DEADLINE_SECONDS, Math.max(LEAST_SECONDS, secondsLeft(run))),
    taskToken,
  });
});
