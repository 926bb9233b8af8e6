import { DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../../clients/backup';
import { nowSeconds } from '../../clock';
import type { Settled, WaitKind } from '../waits';

/**
 * Waits until AWS Backup has deleted what a job of restore testing made, or could not (resources are job ids). There is
 * no event of it. https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeRestoreJob.html
 */
export const testedResource: WaitKind = {
  name: 'tested-resource',
  actions: ['backup:DescribeRestoreJob'],
  // A validation window is hours or days.
  delaySeconds: (elapsedSeconds) => (elapsedSeconds < 600 ? 60 : 300),
  async check(wait, jobIds) {
    const settled: Record<string, Settled> = {};
    for (const jobId of jobIds) {
      const job = await backupIn(wait.region).send(new DescribeRestoreJobCommand({ RestoreJobId: jobId }));
      const { DeletionStatus: state, DeletionStatusMessage: message } = job;
      if (state === 'SUCCESSFUL' || state === 'FAILED')
        settled[jobId] = { state, at: nowSeconds(), ...(message && { message }) };
    }
    return settled;
  },
};
