import type { CreateFileSystemRequest, FileSystemDescription } from '@aws-sdk/client-efs';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import { taggingAccess } from '../access';
import { efsError } from '../errors';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html */
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

CreateFileSystem.access = (state: EfsState, { Encrypted = false, Tags }: CreateFileSystemRequest): Access[] => {
  const context = { 'elasticfilesystem:Encrypted': String(Encrypted) };
  const resource = state.region.arn('elasticfilesystem', 'file-system/*');
  return [
    { action: 'elasticfilesystem:CreateFileSystem', resource, context },
    ...taggingAccess(state.region, 'file-system', Tags, context),
  ];
};
