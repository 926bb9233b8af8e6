import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
  type Instance,
  type IpPermission,
  type RouteTable,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';

/** The network that the stack has made for tests of instances. */
export interface IsolatedNetwork {
  subnetId: string;
  groupId: string;
  endpointGroupId: string;
  s3PrefixListId: string;
}

const HTTPS = 443;
const ENDPOINTS = /\.(ssm|ssmmessages|ec2messages|s3)$/;

/**
 * Everything by which services of a restored image could reach something, or be reached; empty when it is isolated. A
 * look that fails throws: what was not seen to be closed is open. Reads only.
 */
export async function openingsOf(ec2: EC2Client, network: IsolatedNetwork, instance?: Instance): Promise<string[]> {
  const { subnetId, groupId } = network;
  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
  );
  const [table] = RouteTables;
  if (!table?.VpcId || RouteTables.length !== 1) return [`the subnet ${subnetId} has no route table of its own`];
  const { VpcEndpoints = [] } = await ec2.send(
    new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [table.VpcId] }] }),
  );
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [groupId] }));
  const [group] = SecurityGroups;
  return [
    ...routesOut(table, VpcEndpoints),
    ...VpcEndpoints.flatMap(openEndpoint),
    ...(group ? [] : [`the security group ${groupId} does not exist`]),
    ...(group?.IpPermissions ?? []).map((rule) => `${groupId} lets in ${textOf(rule)}`),
    ...(group?.IpPermissionsEgress ?? [])
      .filter((rule) => !isClosed(rule, network))
      .map((rule) => `${groupId} lets out ${textOf(rule)}`),
    ...(instance ? placeOf(instance, network) : []),
  ];
}

/** Local ones, and those to S3's gateway; nothing else leads out of the subnet. */
function routesOut({ Routes = [] }: RouteTable, endpoints: VpcEndpoint[]): string[] {
  const gateways = endpoints
    .filter(({ VpcEndpointType: type }) => type === 'Gateway')
    .map((found) => found.VpcEndpointId);
  return Routes.filter(({ GatewayId }) => GatewayId !== 'local' && !gateways.includes(GatewayId)).map(
    (route) =>
      `a route leads to ${route.GatewayId ?? route.NatGatewayId ?? route.TransitGatewayId ?? route.VpcPeeringConnectionId ?? 'elsewhere'}`,
  );
}

function openEndpoint({ VpcEndpointId, ServiceName = '', PolicyDocument = '' }: VpcEndpoint): string[] {
  if (!ENDPOINTS.test(ServiceName)) return [`there is an endpoint of ${ServiceName}`];
  const statements = statementsOf(PolicyDocument);
  const isOpen =
    statements === undefined ||
    statements.some(({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes('*'));
  return isOpen ? [`the policy of the endpoint ${VpcEndpointId} lets everything through`] : [];
}

function statementsOf(document: string): { Effect?: string; Action?: string | string[] }[] | undefined {
  try {
    const { Statement } = JSON.parse(document) as { Statement?: object | object[] };
    return Statement ? ([Statement].flat() as { Effect?: string }[]) : undefined;
  } catch {
    return undefined;
  }
}

function isClosed(rule: IpPermission, { endpointGroupId, s3PrefixListId }: IsolatedNetwork): boolean {
  const { IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [], PrefixListIds = [] } = rule;
  return (
    rule.IpProtocol === 'tcp' &&
    rule.FromPort === HTTPS &&
    rule.ToPort === HTTPS &&
    IpRanges.length + Ipv6Ranges.length === 0 &&
    UserIdGroupPairs.every(({ GroupId }) => GroupId === endpointGroupId) &&
    PrefixListIds.every(({ PrefixListId }) => PrefixListId === s3PrefixListId)
  );
}

function textOf({
  IpProtocol,
  FromPort,
  ToPort,
  IpRanges = [],
  PrefixListIds = [],
  UserIdGroupPairs = [],
}: IpPermission) {
  const peers = [
    ...IpRanges.map(({ CidrIp }) => CidrIp),
    ...PrefixListIds.map(({ PrefixListId }) => PrefixListId),
    ...UserIdGroupPairs.map(({ GroupId }) => GroupId),
  ];
  return `${IpProtocol} ${FromPort ?? 'all'}-${ToPort ?? 'all'} ${peers.join(', ')}`;
}

function placeOf(instance: Instance, { subnetId, groupId }: IsolatedNetwork): string[] {
  const groups = (instance.SecurityGroups ?? []).map(({ GroupId }) => GroupId);
  return [
    ...(instance.SubnetId === subnetId ? [] : [`the instance is in ${instance.SubnetId ?? 'an unknown subnet'}`]),
    ...(groups.length === 1 && groups[0] === groupId ? [] : [`the instance has the groups ${groups.join(', ')}`]),
    ...(instance.PublicIpAddress ? [`the instance has the public address ${instance.PublicIpAddress}`] : []),
  ];
}
