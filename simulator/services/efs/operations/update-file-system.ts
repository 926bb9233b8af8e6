import type { FileSystemDescription, UpdateFileSystemRequest } from '@aws-sdk/client-efs';
import { requireSupported } from '../../../supported-parameters';
import { efsError } from '../errors';
import { checkThroughput } from '../settings';
import type { EfsState } from '../state';

const updatingSeconds = 5;

const dayMilliseconds = 86_400_000;

/** https://docs.aws.amazon.com/efs/latest/ug/API_UpdateFileSystem.html */
export function UpdateFileSystem(this: EfsState, input: UpdateFileSystemRequest): FileSystemDescription {
  requireSupported('elasticfilesystem:UpdateFileSystem', input, [
    'FileSystemId',
    'ThroughputMode',
    'ProvisionedThroughputInMibps',
  ]);
  const fileSystem = this.requireAvailable(input.FileSystemId);
  const { throughputMode, provisionedThroughput, throughputChangedAt } = fileSystem;
  const mode = input.ThroughputMode ?? throughputMode;
  const throughput = input.ProvisionedThroughputInMibps;
  checkThroughput({ ThroughputMode: mode, ProvisionedThroughputInMibps: throughput });
  const isLower = throughput !== undefined && throughput < (provisionedThroughput ?? 0);
  const { clock } = this.region.account;
  if (mode !== throughputMode || isLower) {
    if (throughputChangedAt && clock.now - throughputChangedAt.getTime() < dayMilliseconds) {
      throw efsError('TooManyRequests', 'The throughput mode was changed, or lowered, less than 24 hours ago.');
    }
    fileSystem.throughputChangedAt = clock.date;
  }
  fileSystem.throughputMode = mode;
  fileSystem.provisionedThroughput = throughput;
  fileSystem.state = 'updating';
  clock.after(updatingSeconds, () => {
    if (fileSystem.state === 'updating') fileSystem.state = 'available';
  });
  return { ...this.describe(fileSystem), LifeCycleState: 'updating' };
}
