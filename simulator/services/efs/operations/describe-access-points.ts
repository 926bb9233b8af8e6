import type { DescribeAccessPointsRequest, DescribeAccessPointsResponse } from '@aws-sdk/client-efs';
import { efsError } from '../errors';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_DescribeAccessPoints.html */
export function DescribeAccessPoints(this: EfsState, input: DescribeAccessPointsRequest): DescribeAccessPointsResponse {
  if (input.AccessPointId && input.FileSystemId) {
    throw efsError('BadRequest', 'Specify either an access point or a file system.');
  }
  return this.accessPoints.describe(input, input.FileSystemId ? this.find(input.FileSystemId) : undefined);
}
