import type { DescribeSnapshotsRequest, DescribeSnapshotsResult } from '@aws-sdk/client-ec2';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html */
export function DescribeSnapshots(this: Ec2State, input: DescribeSnapshotsRequest): DescribeSnapshotsResult {
  this.refuseDryRun(input);
  return this.ebsSnapshots.describe(input);
}
