import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeVolumesCommand,
  type EC2,
  EC2Client,
  GetEbsDefaultKmsKeyIdCommand,
} from '@aws-sdk/client-ec2';
import { createAggregatedClient } from '@smithy/core/client';

export { paginateDescribeInstances } from '@aws-sdk/client-ec2';

/** EC2's client with the calls of the command line. All of its 700 calls would be a third of the package. */
class CalledEc2 extends EC2Client {}
createAggregatedClient(
  {
    DescribeInstanceAttributeCommand,
    DescribeInstancesCommand,
    DescribeSpotInstanceRequestsCommand,
    DescribeVolumesCommand,
    GetEbsDefaultKmsKeyIdCommand,
  },
  CalledEc2,
);

export const Ec2 = CalledEc2 as unknown as new (
  ...config: ConstructorParameters<typeof EC2Client>
) => EC2Client &
  Pick<
    EC2,
    | 'describeInstanceAttribute'
    | 'describeInstances'
    | 'describeSpotInstanceRequests'
    | 'describeVolumes'
    | 'getEbsDefaultKmsKeyId'
  >;
