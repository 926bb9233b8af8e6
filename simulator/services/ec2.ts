import type {
  CreateTagsRequest,
  DescribeInstanceAttributeRequest,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  GetEbsDefaultKmsKeyIdRequest,
  GetEbsDefaultKmsKeyIdResult,
  InstanceAttribute,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
} from '@aws-sdk/client-ec2';
import { AwsError, SimulatorError } from '../errors';
import type { Lagging } from '../lagging';
import type { Region } from '../places';
import { type Access, type Caller, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { checkFilters, passes } from './ec2/filters';
import { InstanceIndex } from './ec2/find-instances';
import { Ec2Instance } from './ec2/instance';
import { Network } from './ec2/network';
import { describeRegions } from './ec2/regions';
import { ResourceTokens } from './ec2/resource-tokens';
import { EbsSnapshots } from './ec2/snapshots';
import { startRefusal, stopRefusal } from './ec2/state-changes';
import { mayUseKey } from './ec2/volume-key';
import { EbsVolumes } from './ec2/volumes';
import type { Ec2World } from './ec2/world';
import { page } from './page';

const maximumTags = 50;

declare module '../places' {
  interface Region {
    readonly ec2: Ec2;
  }
}

/** Amazon EC2: instances, their volumes and the volumes' snapshots. */
export class Ec2 extends Service {
  readonly iamPrefix = 'ec2';
  override readonly rates = {
    CreateTags: { burst: 100, perSecond: 10 },
    DescribeInstanceAttribute: { burst: 100, perSecond: 20 },
    DescribeInstances: { burst: 100, perSecond: 20 },
    DescribeRegions: { burst: 100, perSecond: 20 },
    DescribeSecurityGroups: { burst: 100, perSecond: 20 },
    DescribeSnapshots: { burst: 100, perSecond: 20 },
    DescribeSpotInstanceRequests: { burst: 100, perSecond: 20 },
    DescribeSubnets: { burst: 100, perSecond: 20 },
    DescribeVolumes: { burst: 100, perSecond: 20 },
    GetEbsDefaultKmsKeyId: { burst: 100, perSecond: 20 },
    StartInstances: { burst: 5, perSecond: 2 },
    StopInstances: { burst: 50, perSecond: 5 },
  };
  readonly ebsSnapshots: EbsSnapshots;
  /** The id of the account's own default key for EBS; AWS's when absent. */
  ebsDefaultKeyId?: string;
  readonly network: Network;
  private readonly instances = new InstanceIndex();
  private readonly volumes: EbsVolumes;
  private readonly startTokens: ResourceTokens;
  private readonly stopTokens: ResourceTokens;

  constructor(region: Region) {
    super(region);
    this.ebsSnapshots = new EbsSnapshots(region);
    this.network = new Network(region);
    this.volumes = new EbsVolumes(region);
    this.startTokens = new ResourceTokens(region, 1000, 2);
    this.stopTokens = new ResourceTokens(region, 1000, 20);
  }

  /** Takes what a world declares for this region; without a region it belongs to the stack's. */
  load(world: Ec2World): void {
    const { homeRegion } = this.region.account;
    for (const declared of world.instances ?? []) {
      if ((declared.Region ?? homeRegion) !== this.region.name) continue;
      this.add(new Ec2Instance(this.region, declared));
    }
    for (const declared of world.ebsSnapshots ?? []) {
      if ((declared.Region ?? homeRegion) === this.region.name) this.ebsSnapshots.load(declared);
    }
    const isHere = (declared: { Region?: string }) => (declared.Region ?? homeRegion) === this.region.name;
    for (const subnet of (world.subnets ?? []).filter(isHere)) this.network.addSubnet(subnet);
    for (const group of (world.securityGroups ?? []).filter(isHere)) this.network.addSecurityGroup(group);
    if (this.region.name === homeRegion) this.ebsDefaultKeyId = world.ebsDefaultKeyId;
  }

  /** Takes an instance that a world declares, or that Auto Scaling has launched. */
  add(instance: Ec2Instance): void {
    this.instances.add(instance);
    this.volumes.attach(instance);
  }

  /** This region's state, in the form of a world. */
  snapshot(): Required<Omit<Ec2World, 'ebsDefaultKeyId'>> {
    return {
      instances: this.instances.all().map((instance) => instance.toWorld()),
      ebsSnapshots: this.ebsSnapshots.toWorld(),
      ...this.network.toWorld(),
    };
  }

  /** The instance of that id, for the services that look into EC2. */
  instance(id: string): Ec2Instance | undefined {
    return this.instances.get(id);
  }

  allInstances(): Ec2Instance[] {
    return this.instances.all();
  }

  override access(
    operation: string,
    input: { InstanceIds?: string[]; InstanceId?: string; Resources?: string[] },
  ): Access[] {
    const action = `ec2:${operation}`;
    if (operation === 'CreateTags') return (input.Resources ?? []).map((id) => this.accessTo(action, id));
    if (operation === 'DescribeInstanceAttribute' && input.InstanceId) return [this.accessTo(action, input.InstanceId)];
    if (/^(Start|Stop)Instances$/.test(operation) && input.InstanceIds?.length) {
      return input.InstanceIds.map((id) => this.accessTo(action, id));
    }
    return [{ action, resource: '*' }];
  }

  DescribeInstances(input: DescribeInstancesRequest): DescribeInstancesResult {
    requireSupported('ec2:DescribeInstances', input, ['InstanceIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun']);
    this.refuseDryRun(input);
    this.checkPage(input);
    const selected = this.instances.select(input.InstanceIds, input.Filters);
    const { items, nextToken } = page(selected, input.MaxResults, input.NextToken);
    const reservations = new Map<string, Ec2Instance[]>();
    for (const instance of items) {
      const together = reservations.get(instance.reservationId);
      if (together) together.push(instance);
      else reservations.set(instance.reservationId, [instance]);
    }
    return {
      Reservations: [...reservations].map(([ReservationId, together]) => ({
        ReservationId,
        OwnerId: this.region.account.id,
        Groups: [],
        Instances: together.map((instance) => instance.describe()),
      })),
      NextToken: nextToken,
    };
  }

  StopInstances(input: StopInstancesRequest): StopInstancesResult {
    requireSupported('ec2:StopInstances', input, ['InstanceIds', 'Force', 'DryRun']);
    const instances = this.instances.named(this.requireIds(input.InstanceIds));
    this.refuseDryRun(input);
    // All or nothing: one instance that cannot be stopped leaves the others running.
    for (const instance of instances) {
      const refusal = stopRefusal(instance);
      if (refusal) throw refusal;
    }
    this.stopTokens.take(instances.length);
    return { StoppingInstances: instances.map((instance) => instance.stop(input.Force ?? false)) };
  }

  /**
   * The caller of StartInstances makes a grant on the customer managed key of each volume, for EC2 to decrypt it; without
   * the right or a usable key the start is accepted and taken back (EBS User Guide, "Requirements for Amazon EBS
   * encryption"; re:Post, kms-iam-ec2-permission).
   */
  StartInstances(input: StartInstancesRequest, caller: Caller = this.region.account.root): StartInstancesResult {
    requireSupported('ec2:StartInstances', input, ['InstanceIds', 'DryRun']);
    const instances = this.instances.named(this.requireIds(input.InstanceIds));
    this.refuseDryRun(input);
    for (const instance of instances) {
      const refusal = startRefusal(instance, this.region.name);
      if (refusal) throw refusal;
    }
    this.startTokens.take(instances.length);
    return {
      StartingInstances: instances.map((instance) => instance.start(mayUseKey(this.region, instance, caller))),
    };
  }

  DescribeInstanceAttribute(input: DescribeInstanceAttributeRequest): InstanceAttribute {
    requireSupported('ec2:DescribeInstanceAttribute', input, ['InstanceId', 'Attribute', 'DryRun']);
    const [instance] = this.instances.named(this.requireIds(input.InstanceId ? [input.InstanceId] : undefined));
    this.refuseDryRun(input);
    if (input.Attribute !== 'disableApiStop') {
      throw new SimulatorError(`ec2:DescribeInstanceAttribute: the attribute ${input.Attribute} is not simulated.`);
    }
    return { InstanceId: input.InstanceId, DisableApiStop: { Value: instance?.stopProtected ?? false } };
  }

  DescribeSpotInstanceRequests(input: DescribeSpotInstanceRequestsRequest): DescribeSpotInstanceRequestsResult {
    requireSupported('ec2:DescribeSpotInstanceRequests', input, [
      'SpotInstanceRequestIds',
      'Filters',
      'MaxResults',
      'NextToken',
      'DryRun',
    ]);
    this.refuseDryRun(input);
    checkFilters(input.Filters);
    const wanted = input.SpotInstanceRequestIds;
    const spot = this.instances.all().filter((instance) => instance.spotRequestId);
    for (const id of wanted ?? []) {
      if (spot.some((instance) => instance.spotRequestId === id)) continue;
      throw new AwsError(
        'InvalidSpotInstanceRequestID.NotFound',
        `The spot instance request ID '${id}' does not exist`,
      );
    }
    const selected = spot.filter(
      (instance) =>
        (!wanted?.length || wanted.includes(instance.spotRequestId ?? '')) &&
        passes(input.Filters, (name) => {
          if (name === 'instance-id') return [instance.id];
          if (name === 'spot-instance-request-id') return [instance.spotRequestId ?? ''];
          if (name === 'type') return [instance.declared.Spot ?? ''];
          if (name === 'state') return ['active'];
          return undefined;
        }),
    );
    const { items, nextToken } = page(selected, input.MaxResults, input.NextToken);
    return {
      SpotInstanceRequests: items.map((instance) => ({
        SpotInstanceRequestId: instance.spotRequestId,
        InstanceId: instance.id,
        Type: instance.declared.Spot,
        State: 'active',
      })),
      NextToken: nextToken,
    };
  }

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsDefaultKmsKeyId.html */
  GetEbsDefaultKmsKeyId(input: GetEbsDefaultKmsKeyIdRequest): GetEbsDefaultKmsKeyIdResult {
    requireSupported('ec2:GetEbsDefaultKmsKeyId', input, ['DryRun']);
    this.refuseDryRun(input);
    const { ebsDefaultKeyId } = this;
    return { KmsKeyId: ebsDefaultKeyId ? this.region.arn('kms', `key/${ebsDefaultKeyId}`) : 'alias/aws/ebs' };
  }

  DescribeVolumes(input: DescribeVolumesRequest): DescribeVolumesResult {
    this.refuseDryRun(input);
    return this.volumes.describe(input);
  }

  DescribeSnapshots(input: DescribeSnapshotsRequest): DescribeSnapshotsResult {
    this.refuseDryRun(input);
    return this.ebsSnapshots.describe(input);
  }

  DescribeSubnets(input: DescribeSubnetsRequest): DescribeSubnetsResult {
    this.refuseDryRun(input);
    return this.network.describeSubnets(input);
  }

  DescribeSecurityGroups(input: DescribeSecurityGroupsRequest): DescribeSecurityGroupsResult {
    this.refuseDryRun(input);
    return this.network.describeSecurityGroups(input);
  }

  DescribeRegions(input: DescribeRegionsRequest): DescribeRegionsResult {
    this.refuseDryRun(input);
    return describeRegions(this.region.account, input);
  }

  CreateTags(input: CreateTagsRequest): Record<string, never> {
    requireSupported('ec2:CreateTags', input, ['Resources', 'Tags', 'DryRun']);
    const tagSets = (input.Resources ?? []).map((id) => this.tagsOf(id));
    this.refuseDryRun(input);
    const added = Object.fromEntries((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
    if (Object.keys(added).some((key) => key.startsWith('aws:'))) {
      throw new AwsError('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
    }
    for (const tags of tagSets) {
      if (Object.keys({ ...tags.current, ...added }).filter((key) => !key.startsWith('aws:')).length > maximumTags) {
        throw new AwsError('TagLimitExceeded', 'More than 50 tags specified');
      }
    }
    for (const tags of tagSets) tags.set({ ...tags.current, ...added });
    return {};
  }

  private accessTo(action: string, id: string): Access {
    const type = id.startsWith('vol-') ? 'volume' : id.startsWith('snap-') ? 'snapshot' : 'instance';
    // A snapshot's ARN has no account.
    const resource =
      type === 'snapshot'
        ? `arn:${this.region.account.partition.id}:ec2:${this.region.name}::snapshot/${id}`
        : this.region.arn('ec2', `${type}/${id}`);
    const tags = this.findTags(id)?.current ?? {};
    const context = Object.fromEntries(
      Object.entries(tags).flatMap(([key, value]) => [
        [`aws:ResourceTag/${key}`, value],
        [`ec2:ResourceTag/${key}`, value],
      ]),
    );
    return { action, resource, context };
  }

  private findTags(id: string): Lagging<Record<string, string>> | undefined {
    return this.instances.get(id)?.tags ?? this.volumes.tagsOf(id) ?? this.ebsSnapshots.tagsOf(id);
  }

  private tagsOf(id: string): Lagging<Record<string, string>> {
    const tags = this.findTags(id);
    if (tags) return tags;
    if (id.startsWith('i-')) this.instances.named([id]);
    throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  }

  private requireIds(ids: string[] | undefined): string[] {
    if (ids?.length) return ids;
    throw new AwsError('MissingParameter', 'The request must contain the parameter InstanceId');
  }

  private refuseDryRun(input: { DryRun?: boolean | undefined }): void {
    if (!input.DryRun) return;
    throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }

  private checkPage(input: {
    InstanceIds?: string[] | undefined;
    Filters?: { Name?: string | undefined; Values?: string[] | undefined }[] | undefined;
    MaxResults?: number | undefined;
  }): void {
    checkFilters(input.Filters);
    if (input.MaxResults === undefined) return;
    if (input.InstanceIds?.length) {
      throw new AwsError(
        'InvalidParameterCombination',
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    }
    if (input.MaxResults < 5 || input.MaxResults > 1000) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ( ${input.MaxResults} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
      );
    }
  }
}
