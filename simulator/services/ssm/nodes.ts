import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from '@aws-sdk/client-ssm';
import { AwsError, SimulatorError } from '../../errors';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import type { Ec2Instance } from '../ec2/instance';
import { page } from '../page';
import { atLeast, atMost } from './validation';

/** From `running` until the SSM agent answers, when the world does not say. */
const agentBootSeconds = 45;
const hibernationSeconds = 1800;

/** Whether SSM knows the instance at all. */
export function isManaged(instance: Ec2Instance): boolean {
  return instance.declared.Ssm !== 'Unmanaged' || instance.profileSince !== undefined;
}

/** When the agent will have answered, in milliseconds since 1970; undefined while nothing leads there. */
export function onlineFrom(instance: Ec2Instance): number | undefined {
  if (instance.state !== 'running' || instance.declared.Ssm === 'ConnectionLost') return undefined;
  const { profileSince } = instance;
  if (instance.declared.Ssm === 'Unmanaged') {
    if (profileSince === undefined) return undefined;
    // An agent that started without credentials tries again in growing pauses.
    const isLate = profileSince > instance.stateSince;
    const isSlow = isLate && instance.account.doubts.behaviour('ssm.agentAfterProfile') === 'halfAnHour';
    const pauseSeconds = isSlow ? hibernationSeconds : agentBootSeconds;
    return Math.max(profileSince, instance.stateSince) + pauseSeconds * 1000;
  }
  return instance.stateSince + (instance.declared.SsmOnlineSeconds ?? agentBootSeconds) * 1000;
}

/** Carries out DescribeInstanceInformation: the managed nodes of a region and whether their agents answer. */
export function describeNodes(
  region: Region,
  input: DescribeInstanceInformationRequest,
): DescribeInstanceInformationResult {
  requireSupported('ssm:DescribeInstanceInformation', input, [
    'Filters',
    'InstanceInformationFilterList',
    'MaxResults',
    'NextToken',
  ]);
  if (input.MaxResults !== undefined) {
    atLeast('maxResults', input.MaxResults, 5);
    atMost('maxResults', input.MaxResults, 50);
  }
  const filters = [
    ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key ?? '', values: Values ?? [] })),
    ...(input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
      key: key ?? '',
      values: valueSet ?? [],
    })),
  ];
  const ids = filters.find(({ key }) => key === 'InstanceIds')?.values;
  for (const id of ids ?? []) {
    if (/^(i-([0-9a-f]{8}|[0-9a-f]{17})|mi-[0-9a-f]{17})$/.test(id)) continue;
    throw new AwsError('InvalidInstanceInformationFilterValue', `${id} is not a valid managed node ID.`);
  }
  const candidates = ids ? [...new Set(ids)].flatMap((id) => region.ec2.instance(id) ?? []) : region.ec2.allInstances();
  const nodes = candidates.filter(
    (instance) =>
      isManaged(instance) &&
      instance.state !== 'terminated' &&
      filters.every(({ key, values }) => valuesOf(region, instance, key).some((value) => values.includes(value))),
  );
  const { items, nextToken } = page(nodes, input.MaxResults ?? 10, input.NextToken);
  return { InstanceInformationList: items.map((instance) => shape(region, instance)), NextToken: nextToken };
}

function valuesOf(region: Region, instance: Ec2Instance, key: string): string[] {
  if (key === 'InstanceIds') return [instance.id];
  if (key === 'PingStatus') return [pingStatus(region, instance)];
  if (key === 'PlatformTypes') return [instance.platform];
  if (key === 'ResourceType') return ['EC2Instance'];
  const tag = /^tag:(.+)$/.exec(key)?.[1];
  if (tag !== undefined) return [instance.tags.seen[tag] ?? []].flat();
  if (key === 'tag-key') return Object.keys(instance.tags.seen);
  throw new SimulatorError(`ssm:DescribeInstanceInformation: the filter ${key} is not simulated.`);
}

function pingStatus(region: Region, instance: Ec2Instance): 'Online' | 'ConnectionLost' {
  const from = onlineFrom(instance);
  return from !== undefined && from <= region.account.clock.now ? 'Online' : 'ConnectionLost';
}

function shape(region: Region, instance: Ec2Instance): InstanceInformation {
  const status = pingStatus(region, instance);
  const lastPing = status === 'Online' ? region.account.clock.now : instance.stateSince;
  return {
    InstanceId: instance.id,
    PingStatus: status,
    LastPingDateTime: new Date(lastPing),
    AgentVersion: '3.3.2746.0',
    IsLatestVersion: true,
    PlatformType: instance.platform,
    PlatformName: instance.platform === 'Windows' ? 'Microsoft Windows Server 2022' : 'Amazon Linux',
    PlatformVersion: instance.platform === 'Windows' ? '10.0.20348' : '2023',
    ResourceType: 'EC2Instance',
    SourceId: instance.id,
    SourceType: 'AWS::EC2::Instance',
    ComputerName: `${instance.id}.${region.name}.compute.internal`,
  };
}
