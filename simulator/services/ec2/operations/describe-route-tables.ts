import type { DescribeRouteTablesRequest, DescribeRouteTablesResult } from '@aws-sdk/client-ec2';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
export function DescribeRouteTables(this: Ec2State, input: DescribeRouteTablesRequest): DescribeRouteTablesResult {
  this.refuseDryRun(input);
  return this.network.isolation.describeRouteTables(input);
}
