import type { StopBackupJobInput } from '@aws-sdk/client-backup';
import { AwsError } from '../../../errors';
import type { BackupState } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StopBackupJob.html */
export function StopBackupJob(this: BackupState, input: StopBackupJobInput): Record<string, never> {
  const job = this.find(input.BackupJobId);
  if (job.isOver) {
    throw new AwsError('InvalidRequestException', `Backup job ${job.id} cannot be stopped because it is ${job.state}.`);
  }
  if (job.state !== 'ABORTING') job.stop();
  return {};
}
