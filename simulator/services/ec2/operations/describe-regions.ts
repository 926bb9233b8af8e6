import type { DescribeRegionsRequest, DescribeRegionsResult } from '@aws-sdk/client-ec2';
import { describeRegions } from '../regions';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html */
export function DescribeRegions(this: Ec2State, input: DescribeRegionsRequest): DescribeRegionsResult {
  this.refuseDryRun(input);
  return describeRegions(this.region.account, input);
}
