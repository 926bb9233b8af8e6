import type { DescribeFileSystemPolicyRequest, FileSystemPolicyDescription } from '@aws-sdk/client-efs';
import { efsError } from '../errors';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_DescribeFileSystemPolicy.html */
export function DescribeFileSystemPolicy(
  this: EfsState,
  input: DescribeFileSystemPolicyRequest,
): FileSystemPolicyDescription {
  const { id, policy } = this.find(input.FileSystemId);
  if (!policy) throw efsError('PolicyNotFound', `File system '${id}' has no policy of its own.`);
  return { FileSystemId: id, Policy: policy };
}
