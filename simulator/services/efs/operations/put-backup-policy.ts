import type { BackupPolicyDescription, PutBackupPolicyRequest } from '@aws-sdk/client-efs';
import { putBackupPolicy } from '../policies';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html */
export function PutBackupPolicy(this: EfsState, input: PutBackupPolicyRequest): BackupPolicyDescription {
  const fileSystem = this.requireAvailable(input.FileSystemId);
  return { BackupPolicy: { Status: putBackupPolicy(this.region, fileSystem, input.BackupPolicy?.Status) } };
}
