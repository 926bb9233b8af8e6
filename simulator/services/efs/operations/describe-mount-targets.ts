import type { DescribeMountTargetsRequest, DescribeMountTargetsResponse } from '@aws-sdk/client-efs';
import { efsError } from '../errors';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_DescribeMountTargets.html */
export function DescribeMountTargets(this: EfsState, input: DescribeMountTargetsRequest): DescribeMountTargetsResponse {
  const given = [input.FileSystemId, input.MountTargetId, input.AccessPointId].filter((id) => id !== undefined);
  if (given.length !== 1) {
    throw efsError('BadRequest', 'Must specify exactly one mutually exclusive parameter.');
  }
  const fileSystem = input.AccessPointId
    ? this.accessPoints.find(input.AccessPointId).fileSystem
    : input.FileSystemId && this.find(input.FileSystemId);
  return this.mountTargets.describe(input, fileSystem || undefined);
}
