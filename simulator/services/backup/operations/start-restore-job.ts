import type { StartRestoreJobInput, StartRestoreJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function StartRestoreJob(this: BackupState, input: StartRestoreJobInput): StartRestoreJobOutput {
  this.refuseOptedOut(input.RecoveryPointArn);
  return this.restoreJobs.start(input);
}
