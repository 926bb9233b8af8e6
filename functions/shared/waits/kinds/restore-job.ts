import { DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../../clients/backup';
import { nowSeconds } from '../../clock';
import { BACKUP_JOBS } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** The end states of a restore job (API_DescribeRestoreJob). */
const END_STATES: string[] = ['COMPLETED', 'FAILED', 'ABORTED'];

/** Waits for restore jobs (resources are job ids) to reach any end; `context.assumeRoleArn` is the role to look as. */
export const restoreJob: WaitKind = {
  name: 'restore-job',
  event: { source: 'aws.backup', detailType: 'Restore Job State Change', resource: 'restoreJobId' },
  actions: ['backup:DescribeRestoreJob'],
  delaySeconds: BACKUP_JOBS,
  // Events of another region may not reach this one. After six hours without a look the waiting state is retried.
  patienceSeconds: 6 * 3600,
  async check(wait, jobIds) {
    const backup = backupIn(wait.region, wait.context.assumeRoleArn as string | undefined);
    const settled: Record<string, Settled> = {};
    for (const jobId of jobIds) {
      const job = await backup.send(new DescribeRestoreJobCommand({ RestoreJobId: jobId }));
      if (!job.Status || !END_STATES.includes(job.Status)) continue;
      settled[jobId] = {
        state: job.Status,
        at: nowSeconds(),
        ...(job.StatusMessage && { statusMessage: job.StatusMessage }),
        // Also present for failed jobs once the new resource exists: the report must name it.
        ...(job.CreatedResourceArn && { createdResourceArn: job.CreatedResourceArn }),
      };
    }
    return settled;
  },
};
