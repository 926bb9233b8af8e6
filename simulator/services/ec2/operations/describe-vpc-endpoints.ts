import type { DescribeVpcEndpointsRequest, DescribeVpcEndpointsResult } from '@aws-sdk/client-ec2';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
export function DescribeVpcEndpoints(this: Ec2State, input: DescribeVpcEndpointsRequest): DescribeVpcEndpointsResult {
  this.refuseDryRun(input);
  return this.network.isolation.describeVpcEndpoints(input);
}
