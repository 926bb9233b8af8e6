import type { IpPermission } from '@aws-sdk/client-ec2';
import type { JsonObject } from '../template';
import { number, objects, type ResourceType, text } from './resource-type';

const securityGroup: ResourceType = {
  properties: ['GroupName', 'GroupDescription', 'VpcId', 'SecurityGroupEgress', 'SecurityGroupIngress', 'Tags'],
  create({ region, random }, properties) {
    const GroupId = `sg-${random.hex(17)}`;
    const VpcId = String(properties.VpcId);
    const { network } = region.ec2;
    network.addSecurityGroup({ GroupId, VpcId });
    network.isolation.egress.set(GroupId, objects(properties.SecurityGroupEgress).map(permissionOf));
    network.isolation.ingress.set(GroupId, objects(properties.SecurityGroupIngress).map(permissionOf));
    return { physicalId: GroupId, attributes: { GroupId, VpcId } };
  },
  remove: ({ region }, { physicalId }) => region.ec2.network.removeSecurityGroup(physicalId),
};

const RULE_PROPERTIES = [
  'CidrIp',
  'Description',
  'DestinationPrefixListId',
  'DestinationSecurityGroupId',
  'FromPort',
  'GroupId',
  'IpProtocol',
  'SourceSecurityGroupId',
  'ToPort',
];

/** A rule of its own: it is read with its group, and nothing in the simulation opens a connection. */
function rule(side: 'egress' | 'ingress'): ResourceType {
  return {
    properties: RULE_PROPERTIES,
    create({ random, region }, properties) {
      const id = `sgr-${random.hex(17)}`;
      const rules = region.ec2.network.isolation[side];
      const groupId = String(properties.GroupId);
      rules.set(groupId, [...(rules.get(groupId) ?? []), permissionOf(properties)]);
      return { physicalId: id, attributes: { Id: id } };
    },
    remove: () => undefined,
  };
}

function permissionOf(rule: JsonObject): IpPermission {
  const group = text(rule.DestinationSecurityGroupId) ?? text(rule.SourceSecurityGroupId);
  const list = text(rule.DestinationPrefixListId);
  const range = text(rule.CidrIp);
  return {
    IpProtocol: String(rule.IpProtocol),
    FromPort: number(rule.FromPort),
    ToPort: number(rule.ToPort),
    IpRanges: range ? [{ CidrIp: range }] : [],
    UserIdGroupPairs: group ? [{ GroupId: group }] : [],
    PrefixListIds: list ? [{ PrefixListId: list }] : [],
  };
}

const vpc: ResourceType = {
  properties: ['CidrBlock', 'EnableDnsHostnames', 'EnableDnsSupport', 'Tags'],
  create({ random }) {
    const VpcId = `vpc-${random.hex(17)}`;
    return { physicalId: VpcId, attributes: { VpcId } };
  },
  remove: () => undefined,
};

const subnet: ResourceType = {
  properties: ['AvailabilityZone', 'CidrBlock', 'MapPublicIpOnLaunch', 'Tags', 'VpcId'],
  create({ random, region }, { VpcId }) {
    const SubnetId = `subnet-${random.hex(17)}`;
    region.ec2.network.addSubnet({ SubnetId, VpcId: String(VpcId), AvailabilityZone: `${region.name}a` });
    return { physicalId: SubnetId, attributes: { SubnetId } };
  },
  remove: ({ region }, { physicalId }) => region.ec2.network.removeSubnet(physicalId),
};

const routeTable: ResourceType = {
  properties: ['Tags', 'VpcId'],
  create({ random, region }, { VpcId }) {
    const id = `rtb-${random.hex(17)}`;
    region.ec2.network.isolation.routeTables.set(id, { id, vpcId: String(VpcId), subnetIds: [], routes: [] });
    return { physicalId: id, attributes: { RouteTableId: id } };
  },
  remove: ({ region }, { physicalId }) => region.ec2.network.isolation.routeTables.delete(physicalId),
};

const association: ResourceType = {
  properties: ['RouteTableId', 'SubnetId'],
  create({ random, region }, { RouteTableId, SubnetId }) {
    region.ec2.network.isolation.routeTables.get(String(RouteTableId))?.subnetIds.push(String(SubnetId));
    const id = `rtbassoc-${random.hex(17)}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  remove: () => undefined,
};

/** A gateway endpoint is a route to its service, too. */
const endpoint: ResourceType = {
  properties: [
    'PolicyDocument',
    'PrivateDnsEnabled',
    'RouteTableIds',
    'SecurityGroupIds',
    'ServiceName',
    'SubnetIds',
    'VpcEndpointType',
    'VpcId',
  ],
  create({ random, region }, properties) {
    const id = `vpce-${random.hex(17)}`;
    const { endpoints, routeTables } = region.ec2.network.isolation;
    const type = properties.VpcEndpointType === 'Interface' ? 'Interface' : 'Gateway';
    endpoints.set(id, {
      id,
      vpcId: String(properties.VpcId),
      serviceName: String(properties.ServiceName),
      type,
      policy: JSON.stringify(properties.PolicyDocument),
      groupIds: (properties.SecurityGroupIds ?? []) as string[],
    });
    for (const tableId of (properties.RouteTableIds ?? []) as string[])
      routeTables.get(tableId)?.routes.push({ DestinationPrefixListId: 'pl-6da54004', GatewayId: id, State: 'active' });
    return { physicalId: id, attributes: { Id: id } };
  },
  remove: ({ region }, { physicalId }) => region.ec2.network.isolation.endpoints.delete(physicalId),
};

/** The types of Amazon VPC. */
export const networkTypes: Record<string, ResourceType> = {
  'AWS::EC2::RouteTable': routeTable,
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::EC2::SecurityGroupEgress': rule('egress'),
  'AWS::EC2::SecurityGroupIngress': rule('ingress'),
  'AWS::EC2::Subnet': subnet,
  'AWS::EC2::SubnetRouteTableAssociation': association,
  'AWS::EC2::VPC': vpc,
  'AWS::EC2::VPCEndpoint': endpoint,
};
