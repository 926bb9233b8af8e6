import { DescribeCopyJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../../clients/backup';
import { nowSeconds } from '../../clock';
import { BACKUP_JOBS } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** The end states of a copy job (API_CopyJob). */
const END_STATES: string[] = ['COMPLETED', 'PARTIAL', 'FAILED'];

/** Waits for copy jobs (resources are job ids) to reach any end; `context.assumeRoleArn` is the role to look as. */
export const copyJob: WaitKind = {
  name: 'copy-job',
  event: { source: 'aws.backup', detailType: 'Copy Job State Change', resource: 'copyJobId' },
  actions: ['backup:DescribeCopyJob'],
  delaySeconds: BACKUP_JOBS,
  // A copy whose region is down: after an hour the run can continue with an older copy.
  patienceSeconds: 3600,
  async check(wait, jobIds) {
    const backup = backupIn(wait.region, wait.context.assumeRoleArn as string | undefined);
    const settled: Record<string, Settled> = {};
    for (const jobId of jobIds) {
      const { CopyJob } = await backup.send(new DescribeCopyJobCommand({ CopyJobId: jobId }));
      if (!CopyJob?.State || !END_STATES.includes(CopyJob.State)) continue;
      settled[jobId] = {
        state: CopyJob.State,
        at: nowSeconds(),
        ...(CopyJob.StatusMessage && { statusMessage: CopyJob.StatusMessage }),
        ...(CopyJob.DestinationRecoveryPointArn && { recoveryPointArn: CopyJob.DestinationRecoveryPointArn }),
      };
    }
    return settled;
  },
};
