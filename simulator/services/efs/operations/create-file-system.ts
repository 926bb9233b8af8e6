import type { CreateFileSystemRequest, FileSystemDescription } from '@aws-sdk/client-efs';
import { requireSupported } from '../../../supported-parameters';
import { efsError } from '../errors';
import type { EfsState } from '../state';

export function CreateFileSystem(this: EfsState, input: CreateFileSystemRequest): FileSystemDescription {
  requireSupported('elasticfilesystem:CreateFileSystem', input, [
    'CreationToken',
    'PerformanceMode',
    'Encrypted',
    'KmsKeyId',
    'ThroughputMode',
    'ProvisionedThroughputInMibps',
    'AvailabilityZoneName',
    'Backup',
    'Tags',
  ]);
  if (!input.CreationToken) throw efsError('BadRequest', 'CreationToken must be provided.');
  const description = this.create(input.CreationToken, input).describe(0);
  return { ...description, LifeCycleState: 'creating' };
}
