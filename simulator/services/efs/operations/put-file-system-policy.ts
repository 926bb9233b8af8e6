import type { FileSystemPolicyDescription, PutFileSystemPolicyRequest } from '@aws-sdk/client-efs';
import { requireSupported } from '../../../supported-parameters';
import { readPolicy } from '../policies';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html */
export function PutFileSystemPolicy(this: EfsState, input: PutFileSystemPolicyRequest): FileSystemPolicyDescription {
  requireSupported('elasticfilesystem:PutFileSystemPolicy', input, ['FileSystemId', 'Policy']);
  const fileSystem = this.requireAvailable(input.FileSystemId);
  fileSystem.policy = readPolicy(this.region, fileSystem, input.Policy ?? '');
  return { FileSystemId: fileSystem.id, Policy: fileSystem.policy };
}
