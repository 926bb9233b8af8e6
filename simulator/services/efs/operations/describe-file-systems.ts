import type { DescribeFileSystemsRequest, DescribeFileSystemsResponse } from '@aws-sdk/client-efs';
import { requireSupported } from '../../../supported-parameters';
import { page } from '../../page';
import { efsError } from '../errors';
import type { EfsState } from '../state';

const pageSize = 100;

/** https://docs.aws.amazon.com/efs/latest/ug/API_DescribeFileSystems.html */
export function DescribeFileSystems(this: EfsState, input: DescribeFileSystemsRequest): DescribeFileSystemsResponse {
  requireSupported('elasticfilesystem:DescribeFileSystems', input, [
    'FileSystemId',
    'CreationToken',
    'MaxItems',
    'Marker',
  ]);
  if (input.FileSystemId && input.CreationToken) {
    throw efsError('BadRequest', 'Request cannot contain both a file system ID and a creation token.');
  }
  const chosen = input.FileSystemId
    ? [this.find(input.FileSystemId)]
    : [...this.fileSystems.values()].filter(
        (fileSystem) =>
          fileSystem.seenState !== undefined &&
          (input.CreationToken === undefined || fileSystem.creationToken === input.CreationToken),
      );
  const { items, nextToken } = page(chosen, Math.min(input.MaxItems ?? pageSize, pageSize), input.Marker);
  return { FileSystems: items.map((fileSystem) => this.describe(fileSystem)), NextMarker: nextToken };
}
