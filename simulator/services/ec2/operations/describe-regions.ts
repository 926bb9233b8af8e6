import type { DescribeRegionsRequest, DescribeRegionsResult } from '@aws-sdk/client-ec2';
import { describeRegions } from '../regions';
import type { Ec2State } from '../state';

export function DescribeRegions(this: Ec2State, input: DescribeRegionsRequest): DescribeRegionsResult {
  this.refuseDryRun(input);
  return describeRegions(this.region.account, input);
}
