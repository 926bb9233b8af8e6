import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { ec2In } from '../../shared/clients/ec2';
import { destinationOf } from '../destination';
import type { RecoverySettings } from '../input';

/**
 * Checks that the mount targets of the input can be created: subnets in one VPC, one in each Availability Zone, with
 * security groups of that VPC (API_CreateMountTarget). Returns problems; reads only.
 */
export async function checkMountTargets(settings: RecoverySettings): Promise<string[]> {
  const wanted = settings.MountTargets ?? [];
  if (wanted.length === 0) return [];
  const { region, assumeRoleArn } = destinationOf(settings);
  const ec2 = ec2In(region, assumeRoleArn);
  const found: string[] = [];
  const subnetIds = wanted.map(({ SubnetId }) => SubnetId);
  const groupIds = [...new Set(wanted.flatMap(({ SecurityGroupIds }) => SecurityGroupIds ?? []))];
  // Filters rather than ids: an unknown id is left out instead of failing the request.
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: subnetIds }] }),
  );
  const { SecurityGroups = [] } = groupIds.length
    ? await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: groupIds }] }))
    : {};
  const zone = settings.AvailabilityZoneName;
  const vpcId = Subnets[0]?.VpcId;
  const zones = new Map<string, string>();
  for (const subnetId of subnetIds) {
    const subnet = Subnets.find(({ SubnetId }) => SubnetId === subnetId);
    const neighbour = zones.get(subnet?.AvailabilityZone ?? '');
    if (!subnet) found.push(`MountTargets: there is no subnet ${subnetId} in ${region}`);
    else if (subnet.VpcId !== vpcId)
      found.push(`MountTargets: ${subnetId} is in ${subnet.VpcId}, ${subnetIds[0]} is in ${vpcId}; give one VPC`);
    else if (neighbour)
      found.push(`MountTargets: ${neighbour} and ${subnetId} are both in ${subnet.AvailabilityZone}; give one`);
    else if (zone && subnet.AvailabilityZone !== zone)
      found.push(`MountTargets: ${subnetId} is in ${subnet.AvailabilityZone}, AvailabilityZoneName is ${zone}`);
    else zones.set(subnet.AvailabilityZone ?? '', subnetId);
  }
  for (const groupId of groupIds) {
    const group = SecurityGroups.find(({ GroupId }) => GroupId === groupId);
    if (!group) found.push(`MountTargets: there is no security group ${groupId} in ${region}`);
    else if (vpcId && group.VpcId !== vpcId)
      found.push(`MountTargets: the security group ${groupId} is in ${group.VpcId}, the subnets are in ${vpcId}`);
  }
  return found;
}
