import type { BackupPolicyDescription, DescribeBackupPolicyRequest } from '@aws-sdk/client-efs';
import { efsError } from '../errors';
import type { EfsState } from '../state';

export function DescribeBackupPolicy(this: EfsState, input: DescribeBackupPolicyRequest): BackupPolicyDescription {
  const fileSystem = this.find(input.FileSystemId);
  const { backupPolicy } = fileSystem;
  if (!backupPolicy) throw efsError('PolicyNotFound', `File system '${fileSystem.id}' has no backup policy.`);
  return { BackupPolicy: { Status: backupPolicy } };
}
