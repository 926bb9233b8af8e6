import type {
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  IpPermission,
  Route,
} from '@aws-sdk/client-ec2';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { page } from '../page';
import { checkFilters, passes } from './filters';

interface RouteTable {
  id: string;
  vpcId: string;
  subnetIds: string[];
  routes: Route[];
}

interface VpcEndpoint {
  id: string;
  vpcId: string;
  serviceName: string;
  type: 'Gateway' | 'Interface';
  policy: string;
  groupIds: string[];
}

/** Route tables, endpoints and rules of VPCs: read by who wants to know what a subnet reaches. Nothing here connects. */
export class Isolation {
  readonly routeTables = new Map<string, RouteTable>();
  readonly endpoints = new Map<string, VpcEndpoint>();
  /** What a security group lets out, by its id. */
  readonly egress = new Map<string, IpPermission[]>();
  readonly ingress = new Map<string, IpPermission[]>();

  constructor(private readonly region: Region) {}

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
  describeRouteTables(input: DescribeRouteTablesRequest): DescribeRouteTablesResult {
    requireSupported('ec2:DescribeRouteTables', input, ['Filters', 'MaxResults', 'NextToken', 'DryRun']);
    checkFilters(input.Filters);
    const chosen = [...this.routeTables.values()].filter((table) =>
      passes(input.Filters, (name) => {
        if (name === 'association.subnet-id') return table.subnetIds;
        if (name === 'vpc-id') return [table.vpcId];
        return undefined;
      }),
    );
    const { items, nextToken } = page(chosen, input.MaxResults, input.NextToken);
    return {
      RouteTables: items.map(({ id, vpcId, subnetIds, routes }) => ({
        RouteTableId: id,
        VpcId: vpcId,
        OwnerId: this.region.account.id,
        Routes: [{ DestinationCidrBlock: '10.0.0.0/24', GatewayId: 'local', State: 'active' }, ...routes],
        Associations: subnetIds.map((SubnetId) => ({ RouteTableId: id, SubnetId, Main: false })),
      })),
      NextToken: nextToken,
    };
  }

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
  describeVpcEndpoints(input: DescribeVpcEndpointsRequest): DescribeVpcEndpointsResult {
    requireSupported('ec2:DescribeVpcEndpoints', input, ['Filters', 'MaxResults', 'NextToken', 'DryRun']);
    checkFilters(input.Filters);
    const chosen = [...this.endpoints.values()].filter((endpoint) =>
      passes(input.Filters, (name) => (name === 'vpc-id' ? [endpoint.vpcId] : undefined)),
    );
    const { items, nextToken } = page(chosen, input.MaxResults, input.NextToken);
    return {
      VpcEndpoints: items.map(({ id, vpcId, serviceName, type, policy, groupIds }) => ({
        VpcEndpointId: id,
        VpcId: vpcId,
        ServiceName: serviceName,
        VpcEndpointType: type,
        PolicyDocument: policy,
        Groups: groupIds.map((GroupId) => ({ GroupId })),
      })),
      NextToken: nextToken,
    };
  }
}
