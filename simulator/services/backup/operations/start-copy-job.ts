import type { StartCopyJobInput, StartCopyJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

export function StartCopyJob(this: BackupState, input: StartCopyJobInput): StartCopyJobOutput {
  this.refuseOptedOut(input.RecoveryPointArn);
  return this.copyJobs.start(input);
}
