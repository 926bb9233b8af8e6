import { AssociateIamInstanceProfile } from './ec2/operations/associate-iam-instance-profile';
import { CreateTags } from './ec2/operations/create-tags';
import { DescribeInstanceAttribute } from './ec2/operations/describe-instance-attribute';
import { DescribeInstanceStatus } from './ec2/operations/describe-instance-status';
import { DescribeInstances } from './ec2/operations/describe-instances';
import { DescribeRegions } from './ec2/operations/describe-regions';
import { DescribeRouteTables } from './ec2/operations/describe-route-tables';
import { DescribeSecurityGroups } from './ec2/operations/describe-security-groups';
import { DescribeSnapshots } from './ec2/operations/describe-snapshots';
import { DescribeSpotInstanceRequests } from './ec2/operations/describe-spot-instance-requests';
import { DescribeSubnets } from './ec2/operations/describe-subnets';
import { DescribeVolumes } from './ec2/operations/describe-volumes';
import { DescribeVpcEndpoints } from './ec2/operations/describe-vpc-endpoints';
import { GetEbsDefaultKmsKeyId } from './ec2/operations/get-ebs-default-kms-key-id';
import { ModifyInstanceAttribute } from './ec2/operations/modify-instance-attribute';
import { StartInstances } from './ec2/operations/start-instances';
import { StopInstances } from './ec2/operations/stop-instances';
import { TerminateInstances } from './ec2/operations/terminate-instances';
import { Ec2State } from './ec2/state';

declare module '../places' {
  interface Region {
    readonly ec2: Ec2;
  }
}

/** Amazon EC2: instances, their volumes and the volumes' snapshots. */
export class Ec2 extends Ec2State {
  AssociateIamInstanceProfile = AssociateIamInstanceProfile;
  CreateTags = CreateTags;
  DescribeInstanceAttribute = DescribeInstanceAttribute;
  DescribeInstanceStatus = DescribeInstanceStatus;
  DescribeInstances = DescribeInstances;
  DescribeRegions = DescribeRegions;
  DescribeRouteTables = DescribeRouteTables;
  DescribeSecurityGroups = DescribeSecurityGroups;
  DescribeSnapshots = DescribeSnapshots;
  DescribeSpotInstanceRequests = DescribeSpotInstanceRequests;
  DescribeSubnets = DescribeSubnets;
  DescribeVolumes = DescribeVolumes;
  DescribeVpcEndpoints = DescribeVpcEndpoints;
  GetEbsDefaultKmsKeyId = GetEbsDefaultKmsKeyId;
  ModifyInstanceAttribute = ModifyInstanceAttribute;
  StartInstances = StartInstances;
  StopInstances = StopInstances;
  TerminateInstances = TerminateInstances;
}
