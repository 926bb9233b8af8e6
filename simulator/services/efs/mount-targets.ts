import type {
  CreateMountTargetRequest,
  DescribeMountTargetsRequest,
  DescribeMountTargetsResponse,
  LifeCycleState,
  MountTargetDescription,
} from '@aws-sdk/client-efs';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import type { WorldSubnet } from '../ec2/world';
import { page } from '../page';
import { efsError } from './errors';
import type { FileSystem } from './file-system';
import type { WorldMountTarget } from './world';

const creatingSeconds = 80;
const deletingSeconds = 15;
const maximumSecurityGroups = 5;
const pageSize = 100;

interface MountTarget {
  id: string;
  fileSystem: FileSystem;
  subnet: WorldSubnet;
  ipAddress: string;
  networkInterfaceId: string;
  securityGroups: string[];
  state: Lagging<LifeCycleState | undefined>;
}

/** The mount targets of one region: the file systems' addresses in subnets, one for each Availability Zone. */
export class MountTargets {
  private readonly byId = new Map<string, MountTarget>();

  constructor(private readonly region: Region) {}

  load(fileSystem: FileSystem, declared: WorldMountTarget): string {
    // A world may leave out what a mount target's subnet is like.
    const subnet = this.region.ec2.network.subnet(declared.SubnetId) ?? {
      SubnetId: declared.SubnetId,
      VpcId: 'vpc-default',
      AvailabilityZone: `${this.region.name}${'abcdef'[this.of(fileSystem).length] ?? 'a'}`,
    };
    const target = this.make(fileSystem, subnet, declared.SecurityGroupIds, declared.IpAddress, declared.MountTargetId);
    target.state = new Lagging<LifeCycleState | undefined>(this.region.account, 'available');
    this.byId.set(target.id, target);
    return target.id;
  }

  toWorld(fileSystem: FileSystem): WorldMountTarget[] {
    return this.of(fileSystem).map((target) => ({
      MountTargetId: target.id,
      SubnetId: target.subnet.SubnetId,
      SecurityGroupIds: [...target.securityGroups],
      IpAddress: target.ipAddress,
    }));
  }

  of(fileSystem: FileSystem): MountTarget[] {
    return [...this.byId.values()].filter((target) => target.fileSystem === fileSystem);
  }

  fileSystemOf(id: string | undefined): FileSystem | undefined {
    return this.byId.get(id ?? '')?.fileSystem;
  }

  find(id: string | undefined): MountTarget {
    const target = this.byId.get(id ?? '');
    if (target?.state.seen) return target;
    throw efsError('MountTargetNotFound', `Mount target '${id}' does not exist.`);
  }

  create(fileSystem: FileSystem, input: CreateMountTargetRequest): MountTargetDescription {
    requireSupported('elasticfilesystem:CreateMountTarget', input, [
      'FileSystemId',
      'SubnetId',
      'IpAddress',
      'SecurityGroups',
    ]);
    const subnet = this.region.ec2.network.subnet(input.SubnetId ?? '');
    if (!subnet) throw efsError('SubnetNotFound', `The subnet ID '${input.SubnetId}' does not exist`);
    this.checkPlace(fileSystem, subnet);
    this.checkSecurityGroups(subnet, input.SecurityGroups ?? []);
    if (input.IpAddress && [...this.byId.values()].some(({ ipAddress }) => ipAddress === input.IpAddress)) {
      throw efsError('IpAddressInUse', `The address ${input.IpAddress} is in use.`);
    }
    const target = this.make(fileSystem, subnet, input.SecurityGroups, input.IpAddress);
    this.byId.set(target.id, target);
    target.state.set('creating');
    this.region.account.clock.after(creatingSeconds, () => target.state.set('available'));
    return this.shape(target, 'creating');
  }

  remove(id: string): void {
    this.byId.delete(this.find(id).id);
  }

  delete(id: string | undefined): void {
    const target = this.find(id);
    target.state.set('deleting');
    this.region.account.clock.after(deletingSeconds, () => void this.byId.delete(target.id));
  }

  describe(input: DescribeMountTargetsRequest, fileSystem: FileSystem | undefined): DescribeMountTargetsResponse {
    requireSupported('elasticfilesystem:DescribeMountTargets', input, [
      'FileSystemId',
      'MountTargetId',
      'AccessPointId',
      'MaxItems',
      'Marker',
    ]);
    const seen = (fileSystem ? this.of(fileSystem) : [this.find(input.MountTargetId)]).filter(
      ({ state }) => state.seen !== undefined,
    );
    const { items, nextToken } = page(seen, Math.min(input.MaxItems ?? pageSize, pageSize), input.Marker);
    return { MountTargets: items.map((target) => this.shape(target, target.state.seen)), NextMarker: nextToken };
  }

  private make(
    fileSystem: FileSystem,
    subnet: WorldSubnet,
    securityGroups: string[] | undefined,
    ipAddress?: string,
    id?: string,
  ): MountTarget {
    const { random } = this.region.account;
    const groups = securityGroups?.length
      ? [...securityGroups]
      : [this.region.ec2.network.defaultSecurityGroup(subnet.VpcId)?.GroupId ?? `sg-default-of-${subnet.VpcId}`];
    return {
      id: id ?? `fsmt-${random.hex(17)}`,
      fileSystem,
      subnet,
      ipAddress: ipAddress ?? `10.0.${Math.floor(random.between(0, 256))}.${Math.floor(random.between(4, 255))}`,
      networkInterfaceId: `eni-${random.hex(17)}`,
      securityGroups: groups,
      state: new Lagging<LifeCycleState | undefined>(this.region.account, undefined),
    };
  }

  private checkPlace(fileSystem: FileSystem, subnet: WorldSubnet): void {
    if (fileSystem.state !== 'available') {
      throw efsError('IncorrectFileSystemLifeCycleState', `File system '${fileSystem.id}' is ${fileSystem.state}.`);
    }
    const zone = fileSystem.availabilityZoneName;
    if (zone && zone !== subnet.AvailabilityZone) {
      throw efsError('AvailabilityZonesMismatch', `The subnet is not in ${zone}, where the file system is.`);
    }
    for (const existing of this.of(fileSystem)) {
      if (existing.subnet.VpcId !== subnet.VpcId) {
        throw efsError('MountTargetConflict', 'requested subnet for new mount target is not in the same VPC');
      }
      if (existing.subnet.AvailabilityZone === subnet.AvailabilityZone) {
        throw efsError('MountTargetConflict', 'mount target already exists in this AZ');
      }
    }
  }

  private checkSecurityGroups(subnet: WorldSubnet, ids: string[]): void {
    if (ids.length > maximumSecurityGroups) {
      throw efsError('SecurityGroupLimitExceeded', `The limit is ${maximumSecurityGroups} security groups.`);
    }
    for (const id of ids) {
      if (this.region.ec2.network.securityGroup(id)?.VpcId === subnet.VpcId) continue;
      throw efsError('SecurityGroupNotFound', `The security group ID '${id}' does not exist`);
    }
  }

  private shape(target: MountTarget, state: LifeCycleState | undefined): MountTargetDescription {
    return {
      OwnerId: this.region.account.id,
      MountTargetId: target.id,
      FileSystemId: target.fileSystem.id,
      SubnetId: target.subnet.SubnetId,
      LifeCycleState: state,
      IpAddress: target.ipAddress,
      NetworkInterfaceId: target.networkInterfaceId,
      AvailabilityZoneName: target.subnet.AvailabilityZone,
      VpcId: target.subnet.VpcId,
    };
  }
}
