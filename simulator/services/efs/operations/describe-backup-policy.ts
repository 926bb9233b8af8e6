import type { BackupPolicyDescription, DescribeBackupPolicyRequest } from '@aws-sdk/client-efs';
import { efsError } from '../errors';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_DescribeBackupPolicy.html */
export function DescribeBackupPolicy(this: EfsState, input: DescribeBackupPolicyRequest): BackupPolicyDescription {
  const fileSystem = this.find(input.FileSystemId);
  const { backupPolicy } = fileSystem;
  if (!backupPolicy) throw efsError('PolicyNotFound', `File system '${fileSystem.id}' has no backup policy.`);
  return { BackupPolicy: { Status: backupPolicy } };
}
