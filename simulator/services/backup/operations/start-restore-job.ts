import type { StartRestoreJobInput, StartRestoreJobOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';
import { passRole } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartRestoreJob.html */
export function StartRestoreJob(this: BackupState, input: StartRestoreJobInput): StartRestoreJobOutput {
  this.refuseOptedOut(input.RecoveryPointArn);
  return this.restoreJobs.start(input);
}

StartRestoreJob.access = (state: BackupState, input: StartRestoreJobInput) => [
  ...state.usualAccess('StartRestoreJob', input),
  ...passRole(input.IamRoleArn),
];
