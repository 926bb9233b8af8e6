import type { DescribeVolumesRequest, DescribeVolumesResult } from '@aws-sdk/client-ec2';
import type { Ec2State } from '../state';

export function DescribeVolumes(this: Ec2State, input: DescribeVolumesRequest): DescribeVolumesResult {
  this.refuseDryRun(input);
  return this.volumes.describe(input);
}
