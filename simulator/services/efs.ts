import type {
  AccessPointDescription,
  BackupPolicyDescription,
  CreateAccessPointRequest,
  CreateFileSystemRequest,
  CreateMountTargetRequest,
  DeleteFileSystemRequest,
  DeleteMountTargetRequest,
  DescribeAccessPointsRequest,
  DescribeAccessPointsResponse,
  DescribeBackupPolicyRequest,
  DescribeFileSystemPolicyRequest,
  DescribeFileSystemsRequest,
  DescribeFileSystemsResponse,
  DescribeLifecycleConfigurationRequest,
  DescribeMountTargetsRequest,
  DescribeMountTargetsResponse,
  DescribeReplicationConfigurationsRequest,
  DescribeReplicationConfigurationsResponse,
  FileSystemDescription,
  FileSystemPolicyDescription,
  FileSystemProtectionDescription,
  LifecycleConfigurationDescription,
  MountTargetDescription,
  PutBackupPolicyRequest,
  PutFileSystemPolicyRequest,
  PutLifecycleConfigurationRequest,
  Tag,
  TagResourceRequest,
  UpdateFileSystemProtectionRequest,
  UpdateFileSystemRequest,
} from '@aws-sdk/client-efs';
import type { Region } from '../places';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { AccessPoints } from './efs/access-points';
import { efsError } from './efs/errors';
import { FileSystem } from './efs/file-system';
import { MountTargets } from './efs/mount-targets';
import { putBackupPolicy, putLifecyclePolicies, readPolicy } from './efs/policies';
import { checkSettings, checkThroughput } from './efs/settings';
import type { EfsWorld, WorldMountTarget } from './efs/world';
import { page } from './page';

const creatingSeconds = 5;
const updatingSeconds = 5;
const deletingSeconds = 10;
const pageSize = 100;
const maximumTags = 50;
const dayMilliseconds = 86_400_000;

/** What EFS needs beyond its own permission, because it makes network interfaces in the caller's name. */
const NETWORK_ACTIONS: Record<string, string[]> = {
  CreateMountTarget: ['ec2:DescribeSubnets', 'ec2:DescribeNetworkInterfaces', 'ec2:CreateNetworkInterface'],
  DeleteMountTarget: ['ec2:DeleteNetworkInterface'],
};

declare module '../places' {
  interface Region {
    readonly efs: Efs;
  }
}

/** Amazon EFS: file systems with their mount targets, access points and policies; files are not simulated. */
export class Efs extends Service {
  readonly iamPrefix = 'elasticfilesystem';
  private readonly fileSystems = new Map<string, FileSystem>();
  private readonly mountTargets: MountTargets;
  private readonly accessPoints: AccessPoints;

  constructor(region: Region) {
    super(region);
    this.mountTargets = new MountTargets(region);
    this.accessPoints = new AccessPoints(region);
  }

  /** Takes what a world declares for this region; without a region it belongs to the stack's. */
  load(world: EfsWorld): void {
    const { homeRegion } = this.region.account;
    for (const declared of world.fileSystems ?? []) {
      if ((declared.Region ?? homeRegion) !== this.region.name) continue;
      const fileSystem = FileSystem.load(this.region, declared);
      this.fileSystems.set(fileSystem.id, fileSystem);
      for (const target of declared.MountTargets ?? []) this.mountTargets.load(fileSystem, target);
      for (const point of declared.AccessPoints ?? []) this.accessPoints.load(fileSystem, point);
    }
  }

  /** Makes a mount target that is ready, as CloudFormation leaves it. */
  addMountTarget(fileSystemId: string, target: WorldMountTarget): string {
    return this.mountTargets.load(this.find(fileSystemId), target);
  }

  /** Deletes a mount target at once: a deployment takes no virtual time. */
  removeMountTarget(id: string): void {
    this.mountTargets.remove(id);
  }

  /** Deletes a file system at once; refused while it has mount targets, as DeleteFileSystem. */
  remove(id: string): void {
    const fileSystem = this.find(id);
    if (this.mountTargets.of(fileSystem).length > 0)
      throw efsError('FileSystemInUse', `File system '${id}' has mount targets.`);
    this.accessPoints.deleteOf(fileSystem);
    this.fileSystems.delete(id);
  }

  /** This region's state, in the form of a world. */
  snapshot(): Required<EfsWorld> {
    return {
      fileSystems: [...this.fileSystems.values()].map((fileSystem) => ({
        ...fileSystem.toWorld(),
        MountTargets: this.mountTargets.toWorld(fileSystem),
        AccessPoints: this.accessPoints.toWorld(fileSystem),
      })),
    };
  }

  /** The file system of that id, for the services that look into EFS. */
  fileSystem(id: string): FileSystem | undefined {
    return this.fileSystems.get(id);
  }

  /** Makes a file system; it is `available` a few seconds later. */
  create(creationToken: string, input: Omit<CreateFileSystemRequest, 'CreationToken'>): FileSystem {
    const existing = [...this.fileSystems.values()].find((candidate) => candidate.creationToken === creationToken);
    if (existing) {
      throw efsError('FileSystemAlreadyExists', `File system '${existing.id}' already exists with this token.`, {
        FileSystemId: existing.id,
      });
    }
    checkSettings(this.region, input);
    checkTags(input.Tags);
    const { clock, random } = this.region.account;
    const fileSystem = new FileSystem(this.region, `fs-${random.hex(17)}`, creationToken, input, 'creating');
    fileSystem.ownTags = tagMap(input.Tags);
    // One Zone file systems are backed up unless the request says otherwise.
    if (input.Backup ?? input.AvailabilityZoneName !== undefined) fileSystem.backupPolicy = 'ENABLED';
    this.fileSystems.set(fileSystem.id, fileSystem);
    clock.after(creatingSeconds, () => {
      fileSystem.state = 'available';
    });
    return fileSystem;
  }

  override access(
    operation: string,
    input: {
      FileSystemId?: string;
      MountTargetId?: string;
      AccessPointId?: string;
      ResourceId?: string;
      SubnetId?: string;
      SecurityGroups?: string[];
      Tags?: Tag[];
      Encrypted?: boolean;
    },
  ): Access[] {
    const isCreation = operation === 'CreateFileSystem';
    const resource = this.resourceOf(input);
    const context = {
      ...this.tagContext(resource),
      ...(isCreation ? { 'elasticfilesystem:Encrypted': String(input.Encrypted ?? false) } : {}),
    };
    // Tagging on creation is authorised on what is created, whose id is not known yet (API_CreateAccessPoint).
    const made = this.region.arn('elasticfilesystem', isCreation ? 'file-system/*' : 'access-point/*');
    const tagging = /^Create(FileSystem|AccessPoint)$/.test(operation) && input.Tags?.length;
    return [
      { action: `elasticfilesystem:${operation}`, resource, context },
      ...(tagging ? [{ action: 'elasticfilesystem:TagResource', resource: made, context }] : []),
      ...(NETWORK_ACTIONS[operation] ?? []).flatMap((action) =>
        this.networkResources(action, input).map((resource) => ({ action, resource })),
      ),
      ...(operation === 'CreateMountTarget' ? this.serviceLinkedRole() : []),
    ];
  }

  /** The first mount target of an account makes EFS's service-linked role; who is asked for that is a doubt. */
  private serviceLinkedRole(): Access[] {
    const { account } = this.region;
    const hasTargets = account.allRegions.some(({ efs }) => efs.fileSystemsWithTargets > 0);
    if (hasTargets || account.doubts.behaviour('efs.serviceLinkedRole') === 'byEfs') return [];
    const service = 'elasticfilesystem.amazonaws.com';
    const resource = `arn:${account.partition.id}:iam::${account.id}:role/aws-service-role/${service}/AWSServiceRoleForAmazonElasticFileSystem`;
    return [{ action: 'iam:CreateServiceLinkedRole', resource, context: { 'iam:AWSServiceName': service } }];
  }

  /** How many file systems of the region have a mount target. */
  get fileSystemsWithTargets(): number {
    return [...this.fileSystems.values()].filter((found) => this.mountTargets.of(found).length > 0).length;
  }

  /** EC2's own rules about what an action is allowed on; the interface's id is not known yet. */
  private networkResources(action: string, input: { SubnetId?: string; SecurityGroups?: string[] }): string[] {
    const arn = (resource: string) => this.region.arn('ec2', resource);
    if (action === 'ec2:DeleteNetworkInterface') return [arn('network-interface/*')];
    if (action !== 'ec2:CreateNetworkInterface') return ['*'];
    return [
      arn('network-interface/*'),
      arn(`subnet/${input.SubnetId}`),
      ...(input.SecurityGroups ?? []).map((id) => arn(`security-group/${id}`)),
    ];
  }

  CreateFileSystem(input: CreateFileSystemRequest): FileSystemDescription {
    requireSupported('elasticfilesystem:CreateFileSystem', input, [
      'CreationToken',
      'PerformanceMode',
      'Encrypted',
      'KmsKeyId',
      'ThroughputMode',
      'ProvisionedThroughputInMibps',
      'AvailabilityZoneName',
      'Backup',
      'Tags',
    ]);
    if (!input.CreationToken) throw efsError('BadRequest', 'CreationToken must be provided.');
    const description = this.create(input.CreationToken, input).describe(0);
    return { ...description, LifeCycleState: 'creating' };
  }

  DescribeFileSystems(input: DescribeFileSystemsRequest): DescribeFileSystemsResponse {
    requireSupported('elasticfilesystem:DescribeFileSystems', input, [
      'FileSystemId',
      'CreationToken',
      'MaxItems',
      'Marker',
    ]);
    if (input.FileSystemId && input.CreationToken) {
      throw efsError('BadRequest', 'Request cannot contain both a file system ID and a creation token.');
    }
    const chosen = input.FileSystemId
      ? [this.find(input.FileSystemId)]
      : [...this.fileSystems.values()].filter(
          (fileSystem) =>
            fileSystem.seenState !== undefined &&
            (input.CreationToken === undefined || fileSystem.creationToken === input.CreationToken),
        );
    const { items, nextToken } = page(chosen, Math.min(input.MaxItems ?? pageSize, pageSize), input.Marker);
    return { FileSystems: items.map((fileSystem) => this.describe(fileSystem)), NextMarker: nextToken };
  }

  UpdateFileSystem(input: UpdateFileSystemRequest): FileSystemDescription {
    requireSupported('elasticfilesystem:UpdateFileSystem', input, [
      'FileSystemId',
      'ThroughputMode',
      'ProvisionedThroughputInMibps',
    ]);
    const fileSystem = this.requireAvailable(input.FileSystemId);
    const { throughputMode, provisionedThroughput, throughputChangedAt } = fileSystem;
    const mode = input.ThroughputMode ?? throughputMode;
    const throughput = input.ProvisionedThroughputInMibps;
    checkThroughput({ ThroughputMode: mode, ProvisionedThroughputInMibps: throughput });
    const isLower = throughput !== undefined && throughput < (provisionedThroughput ?? 0);
    const { clock } = this.region.account;
    if (mode !== throughputMode || isLower) {
      if (throughputChangedAt && clock.now - throughputChangedAt.getTime() < dayMilliseconds) {
        throw efsError('TooManyRequests', 'The throughput mode was changed, or lowered, less than 24 hours ago.');
      }
      fileSystem.throughputChangedAt = clock.date;
    }
    fileSystem.throughputMode = mode;
    fileSystem.provisionedThroughput = throughput;
    fileSystem.state = 'updating';
    clock.after(updatingSeconds, () => {
      if (fileSystem.state === 'updating') fileSystem.state = 'available';
    });
    return { ...this.describe(fileSystem), LifeCycleState: 'updating' };
  }

  DeleteFileSystem(input: DeleteFileSystemRequest): Record<string, never> {
    const fileSystem = this.find(input.FileSystemId);
    if (this.mountTargets.of(fileSystem).length > 0) {
      throw efsError('FileSystemInUse', `File system '${fileSystem.id}' has mount targets.`);
    }
    if (fileSystem.state === 'creating') {
      throw efsError('IncorrectFileSystemLifeCycleState', `File system '${fileSystem.id}' is creating.`);
    }
    fileSystem.state = 'deleting';
    this.region.account.clock.after(deletingSeconds, () => {
      this.accessPoints.deleteOf(fileSystem);
      this.fileSystems.delete(fileSystem.id);
    });
    return {};
  }

  CreateMountTarget(input: CreateMountTargetRequest): MountTargetDescription {
    return this.mountTargets.create(this.find(input.FileSystemId), input);
  }

  DescribeMountTargets(input: DescribeMountTargetsRequest): DescribeMountTargetsResponse {
    const given = [input.FileSystemId, input.MountTargetId, input.AccessPointId].filter((id) => id !== undefined);
    if (given.length !== 1) {
      throw efsError('BadRequest', 'Must specify exactly one mutually exclusive parameter.');
    }
    const fileSystem = input.AccessPointId
      ? this.accessPoints.find(input.AccessPointId).fileSystem
      : input.FileSystemId && this.find(input.FileSystemId);
    return this.mountTargets.describe(input, fileSystem || undefined);
  }

  DeleteMountTarget(input: DeleteMountTargetRequest): Record<string, never> {
    this.mountTargets.delete(input.MountTargetId);
    return {};
  }

  CreateAccessPoint(input: CreateAccessPointRequest): AccessPointDescription {
    checkTags(input.Tags);
    return this.accessPoints.create(this.find(input.FileSystemId), input);
  }

  DescribeAccessPoints(input: DescribeAccessPointsRequest): DescribeAccessPointsResponse {
    if (input.AccessPointId && input.FileSystemId) {
      throw efsError('BadRequest', 'Specify either an access point or a file system.');
    }
    return this.accessPoints.describe(input, input.FileSystemId ? this.find(input.FileSystemId) : undefined);
  }

  DescribeLifecycleConfiguration(input: DescribeLifecycleConfigurationRequest): LifecycleConfigurationDescription {
    return { LifecyclePolicies: this.find(input.FileSystemId).lifecyclePolicies };
  }

  PutLifecycleConfiguration(input: PutLifecycleConfigurationRequest): LifecycleConfigurationDescription {
    const fileSystem = this.requireAvailable(input.FileSystemId);
    putLifecyclePolicies(fileSystem, input.LifecyclePolicies ?? []);
    return { LifecyclePolicies: fileSystem.lifecyclePolicies };
  }

  DescribeBackupPolicy(input: DescribeBackupPolicyRequest): BackupPolicyDescription {
    const fileSystem = this.find(input.FileSystemId);
    const { backupPolicy } = fileSystem;
    if (!backupPolicy) throw efsError('PolicyNotFound', `File system '${fileSystem.id}' has no backup policy.`);
    return { BackupPolicy: { Status: backupPolicy } };
  }

  PutBackupPolicy(input: PutBackupPolicyRequest): BackupPolicyDescription {
    const fileSystem = this.requireAvailable(input.FileSystemId);
    return { BackupPolicy: { Status: putBackupPolicy(this.region, fileSystem, input.BackupPolicy?.Status) } };
  }

  DescribeFileSystemPolicy(input: DescribeFileSystemPolicyRequest): FileSystemPolicyDescription {
    const { id, policy } = this.find(input.FileSystemId);
    if (!policy) throw efsError('PolicyNotFound', `File system '${id}' has no policy of its own.`);
    return { FileSystemId: id, Policy: policy };
  }

  PutFileSystemPolicy(input: PutFileSystemPolicyRequest): FileSystemPolicyDescription {
    const fileSystem = this.requireAvailable(input.FileSystemId);
    fileSystem.policy = readPolicy(this.region, fileSystem, input.Policy ?? '');
    return { FileSystemId: fileSystem.id, Policy: fileSystem.policy };
  }

  DescribeReplicationConfigurations(
    input: DescribeReplicationConfigurationsRequest,
  ): DescribeReplicationConfigurationsResponse {
    requireSupported('elasticfilesystem:DescribeReplicationConfigurations', input, ['FileSystemId']);
    const fileSystem = this.find(input.FileSystemId);
    if (fileSystem.replicatesTo.length === 0) {
      throw efsError('ReplicationNotFound', `File system '${fileSystem.id}' has no replication.`);
    }
    return { Replications: [fileSystem.replication] };
  }

  UpdateFileSystemProtection(input: UpdateFileSystemProtectionRequest): FileSystemProtectionDescription {
    const fileSystem = this.requireAvailable(input.FileSystemId);
    const protection = input.ReplicationOverwriteProtection;
    if (protection !== undefined && protection !== 'ENABLED' && protection !== 'DISABLED') {
      throw efsError('ValidationException', `Invalid replication overwrite protection: ${protection}`);
    }
    fileSystem.overwriteProtection = protection ?? fileSystem.overwriteProtection;
    return { ReplicationOverwriteProtection: fileSystem.overwriteProtection };
  }

  TagResource(input: TagResourceRequest): Record<string, never> {
    checkTags(input.Tags);
    const added = tagMap(input.Tags);
    if (input.ResourceId?.includes('fsap-')) {
      Object.assign(this.accessPoints.find(input.ResourceId).tags, added);
      return {};
    }
    const fileSystem = this.find(input.ResourceId);
    const tags = { ...fileSystem.ownTags, ...added };
    if (Object.keys(tags).length > maximumTags) throw efsError('BadRequest', `More than ${maximumTags} tags.`);
    fileSystem.ownTags = tags;
    return {};
  }

  private describe(fileSystem: FileSystem): FileSystemDescription {
    return fileSystem.describe(this.mountTargets.of(fileSystem).length);
  }

  /** The file system of that id or ARN. */
  private find(idOrArn: string | undefined): FileSystem {
    const id = idOrArn?.slice(idOrArn.lastIndexOf('/') + 1) ?? '';
    if (!/^fs-[0-9a-f]{8,40}$/.test(id)) throw efsError('BadRequest', `invalid file system ID: ${idOrArn}`);
    const fileSystem = this.fileSystems.get(id);
    if (fileSystem?.seenState) return fileSystem;
    throw efsError('FileSystemNotFound', `File system '${id}' does not exist.`);
  }

  private requireAvailable(id: string | undefined): FileSystem {
    const fileSystem = this.find(id);
    if (fileSystem.state === 'available') return fileSystem;
    throw efsError('IncorrectFileSystemLifeCycleState', `File system '${fileSystem.id}' is ${fileSystem.state}.`);
  }

  private resourceOf(input: {
    FileSystemId?: string;
    MountTargetId?: string;
    AccessPointId?: string;
    ResourceId?: string;
  }): string {
    const given = input.FileSystemId ?? input.AccessPointId ?? input.ResourceId;
    if (given?.startsWith('arn:')) return given;
    if (given?.startsWith('fsap-')) return this.accessPoints.arn(given);
    const id = given ?? this.mountTargets.fileSystemOf(input.MountTargetId)?.id ?? '*';
    return this.region.arn('elasticfilesystem', `file-system/${id}`);
  }

  private tagContext(resource: string): Record<string, string> {
    const tags = this.fileSystems.get(resource.slice(resource.lastIndexOf('/') + 1))?.tags ?? {};
    return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  }
}

function checkTags(tags: Tag[] | undefined): void {
  const reserved = tags?.find(({ Key }) => Key?.startsWith('aws:'));
  if (reserved) throw efsError('BadRequest', `The tag key ${reserved.Key} is reserved: it starts with aws:`);
}

function tagMap(tags: Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
