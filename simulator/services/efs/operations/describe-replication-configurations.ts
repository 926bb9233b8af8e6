import type {
  DescribeReplicationConfigurationsRequest,
  DescribeReplicationConfigurationsResponse,
} from '@aws-sdk/client-efs';
import { requireSupported } from '../../../supported-parameters';
import { efsError } from '../errors';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_DescribeReplicationConfigurations.html */
export function DescribeReplicationConfigurations(
  this: EfsState,
  input: DescribeReplicationConfigurationsRequest,
): DescribeReplicationConfigurationsResponse {
  requireSupported('elasticfilesystem:DescribeReplicationConfigurations', input, ['FileSystemId']);
  const fileSystem = this.find(input.FileSystemId);
  if (fileSystem.replicatesTo.length === 0) {
    throw efsError('ReplicationNotFound', `File system '${fileSystem.id}' has no replication.`);
  }
  return { Replications: [fileSystem.replication] };
}
