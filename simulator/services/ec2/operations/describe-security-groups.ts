import type { DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult } from '@aws-sdk/client-ec2';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
export function DescribeSecurityGroups(
  this: Ec2State,
  input: DescribeSecurityGroupsRequest,
): DescribeSecurityGroupsResult {
  this.refuseDryRun(input);
  return this.network.describeSecurityGroups(input);
}
