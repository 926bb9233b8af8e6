import type { StartCopyJobInput, StartCopyJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';
import { passRole } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartCopyJob.html */
export function StartCopyJob(this: BackupState, input: StartCopyJobInput): StartCopyJobOutput {
  this.refuseOptedOut(input.RecoveryPointArn);
  return this.copyJobs.start(input);
}

StartCopyJob.access = (state: BackupState, input: StartCopyJobInput) => [
  ...state.usualAccess('StartCopyJob', input),
  ...passRole(input.IamRoleArn),
];
