import type {
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { page } from '../page';
import { checkFilters, passes } from './filters';
import { Isolation } from './isolation';
import type { WorldSecurityGroup, WorldSubnet } from './world';

/** The subnets and security groups of one region, as its world declares them. */
export class Network {
  private readonly subnets = new Map<string, WorldSubnet>();
  private readonly securityGroups = new Map<string, WorldSecurityGroup>();

  readonly isolation: Isolation;

  constructor(private readonly region: Region) {
    this.isolation = new Isolation(region);
  }

  addSubnet(subnet: WorldSubnet): void {
    this.subnets.set(subnet.SubnetId, subnet);
  }

  addSecurityGroup(group: WorldSecurityGroup): void {
    this.securityGroups.set(group.GroupId, group);
  }

  removeSubnet(id: string): void {
    this.subnets.delete(id);
  }

  removeSecurityGroup(id: string): void {
    this.securityGroups.delete(id);
  }

  subnet(id: string): WorldSubnet | undefined {
    return this.subnets.get(id);
  }

  securityGroup(id: string): WorldSecurityGroup | undefined {
    return this.securityGroups.get(id);
  }

  /** The VPC's own security group, which counts where none is named. */
  defaultSecurityGroup(vpcId: string): WorldSecurityGroup | undefined {
    return [...this.securityGroups.values()].find((group) => group.VpcId === vpcId && group.GroupName === 'default');
  }

  toWorld(): { subnets: WorldSubnet[]; securityGroups: WorldSecurityGroup[] } {
    const { name: Region } = this.region;
    return {
      subnets: [...this.subnets.values()].map((subnet) => ({ ...subnet, Region })),
      securityGroups: [...this.securityGroups.values()].map((group) => ({ ...group, Region })),
    };
  }

  describeSubnets(input: DescribeSubnetsRequest): DescribeSubnetsResult {
    requireSupported('ec2:DescribeSubnets', input, ['SubnetIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun']);
    checkFilters(input.Filters);
    const missing = input.SubnetIds?.find((id) => !this.subnets.has(id));
    if (missing) throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${missing}' does not exist`);
    const chosen = [...this.subnets.values()].filter(
      (subnet) =>
        (!input.SubnetIds?.length || input.SubnetIds.includes(subnet.SubnetId)) &&
        passes(input.Filters, (name) => {
          if (name === 'subnet-id') return [subnet.SubnetId];
          if (name === 'vpc-id') return [subnet.VpcId];
          if (name === 'availability-zone') return [subnet.AvailabilityZone];
          return undefined;
        }),
    );
    const { items, nextToken } = page(chosen, input.MaxResults, input.NextToken);
    return {
      Subnets: items.map(({ SubnetId, VpcId, AvailabilityZone }) => ({
        SubnetId,
        VpcId,
        AvailabilityZone,
        State: 'available',
        OwnerId: this.region.account.id,
        SubnetArn: this.region.arn('ec2', `subnet/${SubnetId}`),
      })),
      NextToken: nextToken,
    };
  }

  describeSecurityGroups(input: DescribeSecurityGroupsRequest): DescribeSecurityGroupsResult {
    requireSupported('ec2:DescribeSecurityGroups', input, ['GroupIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun']);
    checkFilters(input.Filters);
    const missing = input.GroupIds?.find((id) => !this.securityGroups.has(id));
    if (missing) throw new AwsError('InvalidGroup.NotFound', `The security group '${missing}' does not exist`);
    const chosen = [...this.securityGroups.values()].filter(
      (group) =>
        (!input.GroupIds?.length || input.GroupIds.includes(group.GroupId)) &&
        passes(input.Filters, (name) => {
          if (name === 'group-id') return [group.GroupId];
          if (name === 'vpc-id') return [group.VpcId];
          if (name === 'group-name') return [group.GroupName ?? group.GroupId];
          return undefined;
        }),
    );
    const { items, nextToken } = page(chosen, input.MaxResults, input.NextToken);
    return {
      SecurityGroups: items.map(({ GroupId, GroupName = GroupId, VpcId }) => ({
        GroupId,
        GroupName,
        VpcId,
        OwnerId: this.region.account.id,
        Description: GroupName,
        IpPermissions: this.isolation.ingress.get(GroupId) ?? [],
        IpPermissionsEgress: this.isolation.egress.get(GroupId) ?? [],
      })),
      NextToken: nextToken,
    };
  }
}
