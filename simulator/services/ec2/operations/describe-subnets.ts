import type { DescribeSubnetsRequest, DescribeSubnetsResult } from '@aws-sdk/client-ec2';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export function DescribeSubnets(this: Ec2State, input: DescribeSubnetsRequest): DescribeSubnetsResult {
  this.refuseDryRun(input);
  return this.network.describeSubnets(input);
}
