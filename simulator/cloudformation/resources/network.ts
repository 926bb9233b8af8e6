import type { ResourceType } from './resource-type';

const securityGroup: ResourceType = {
  properties: ['GroupName', 'GroupDescription', 'VpcId', 'SecurityGroupEgress', 'SecurityGroupIngress', 'Tags'],
  create({ region, random }, properties) {
    const GroupId = `sg-${random.hex(17)}`;
    const VpcId = String(properties.VpcId);
    region.ec2.network.addSecurityGroup({ GroupId, VpcId });
    return { physicalId: GroupId, attributes: { GroupId, VpcId } };
  },
  remove: ({ region }, { physicalId }) => region.ec2.network.removeSecurityGroup(physicalId),
};

const RULE_PROPERTIES = [
  'CidrIp',
  'Description',
  'DestinationSecurityGroupId',
  'FromPort',
  'GroupId',
  'IpProtocol',
  'SourceSecurityGroupId',
  'ToPort',
];

/** Rules are recorded: nothing in the simulation opens a connection. */
const rule: ResourceType = {
  properties: RULE_PROPERTIES,
  create: ({ random }) => {
    const id = `sgr-${random.hex(17)}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  remove: () => undefined,
};

/** The types of Amazon VPC. */
export const networkTypes: Record<string, ResourceType> = {
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::EC2::SecurityGroupEgress': rule,
  'AWS::EC2::SecurityGroupIngress': rule,
};
