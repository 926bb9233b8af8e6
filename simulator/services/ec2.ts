import { CreateTags } from './ec2/operations/create-tags';
import { DescribeInstanceAttribute } from './ec2/operations/describe-instance-attribute';
import { DescribeInstances } from './ec2/operations/describe-instances';
import { DescribeRegions } from './ec2/operations/describe-regions';
import { DescribeSecurityGroups } from './ec2/operations/describe-security-groups';
import { DescribeSnapshots } from './ec2/operations/describe-snapshots';
import { DescribeSpotInstanceRequests } from './ec2/operations/describe-spot-instance-requests';
import { DescribeSubnets } from './ec2/operations/describe-subnets';
import { DescribeVolumes } from './ec2/operations/describe-volumes';
import { GetEbsDefaultKmsKeyId } from './ec2/operations/get-ebs-default-kms-key-id';
import { StartInstances } from './ec2/operations/start-instances';
import { StopInstances } from './ec2/operations/stop-instances';
import { Ec2State } from './ec2/state';

declare module '../places' {
  interface Region {
    readonly ec2: Ec2;
  }
}

/** Amazon EC2: instances, their volumes and the volumes' snapshots. */
export class Ec2 extends Ec2State {
  CreateTags = CreateTags;
  DescribeInstanceAttribute = DescribeInstanceAttribute;
  DescribeInstances = DescribeInstances;
  DescribeRegions = DescribeRegions;
  DescribeSecurityGroups = DescribeSecurityGroups;
  DescribeSnapshots = DescribeSnapshots;
  DescribeSpotInstanceRequests = DescribeSpotInstanceRequests;
  DescribeSubnets = DescribeSubnets;
  DescribeVolumes = DescribeVolumes;
  GetEbsDefaultKmsKeyId = GetEbsDefaultKmsKeyId;
  StartInstances = StartInstances;
  StopInstances = StopInstances;
}
