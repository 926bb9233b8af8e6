import type { DescribeVolumesRequest, DescribeVolumesResult } from '@aws-sdk/client-ec2';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
export function DescribeVolumes(this: Ec2State, input: DescribeVolumesRequest): DescribeVolumesResult {
  this.refuseDryRun(input);
  return this.volumes.describe(input);
}
