import { AwsError } from '../../errors';
import type { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { type Access, Service } from '../../service';
import { checkFilters } from './filters';
import { InstanceIndex } from './find-instances';
import { Ec2Instance } from './instance';
import { Network } from './network';
import { ResourceTokens } from './resource-tokens';
import { EbsSnapshots } from './snapshots';
import { EbsVolumes } from './volumes';
import type { Ec2World } from './world';

/** What the operations of Ec2 share: its state in one region, and what is looked up in it. */
export class Ec2State extends Service {
  readonly iamPrefix = 'ec2';
  override readonly rates = {
    CreateTags: { burst: 100, perSecond: 10 },
    DescribeInstanceAttribute: { burst: 100, perSecond: 20 },
    DescribeInstances: { burst: 100, perSecond: 20 },
    DescribeInstanceStatus: { burst: 100, perSecond: 20 },
    DescribeRouteTables: { burst: 100, perSecond: 20 },
    DescribeVpcEndpoints: { burst: 100, perSecond: 20 },
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
  readonly instances = new InstanceIndex();
  readonly volumes: EbsVolumes;
  readonly startTokens: ResourceTokens;
  readonly stopTokens: ResourceTokens;

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

  /** An action on a resource that is known by its id, with its tags. */
  accessTo(action: string, id: string): Access {
    const type = id.startsWith('vol-') ? 'volume' : id.startsWith('snap-') ? 'snapshot' : 'instance';
    // A snapshot's ARN has no account.
    const resource =
      type === 'snapshot'
        ? `arn:${this.region.account.partition.id}:ec2:${this.region.name}::snapshot/${id}`
        : this.region.arn('ec2', `${type}/${id}`);
    const tags = this.findTags(id)?.current ?? {};
    const profileArn = this.instances.get(id)?.profileArn;
    const ofTags = Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]);
    const context = { ...Object.fromEntries(ofTags), ...(profileArn && { 'ec2:InstanceProfile': profileArn }) };
    return { action, resource, context };
  }

  private findTags(id: string): Lagging<Record<string, string>> | undefined {
    return this.instances.get(id)?.tags ?? this.volumes.tagsOf(id) ?? this.ebsSnapshots.tagsOf(id);
  }

  tagsOf(id: string): Lagging<Record<string, string>> {
    const tags = this.findTags(id);
    if (tags) return tags;
    if (id.startsWith('i-')) this.instances.named([id]);
    throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  }

  requireIds(ids: string[] | undefined): string[] {
    if (ids?.length) return ids;
    throw new AwsError('MissingParameter', 'The request must contain the parameter InstanceId');
  }

  refuseDryRun(input: { DryRun?: boolean | undefined }): void {
    if (!input.DryRun) return;
    throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }

  checkPage(input: {
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
