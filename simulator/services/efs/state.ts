import type { CreateFileSystemRequest, FileSystemDescription, Tag } from '@aws-sdk/client-efs';
import type { Region } from '../../places';
import { type Access, type Rate, Service } from '../../service';
import { AccessPoints } from './access-points';
import { efsError } from './errors';
import { FileSystem } from './file-system';
import { MountTargets } from './mount-targets';
import { checkSettings } from './settings';
import type { EfsWorld, WorldMountTarget } from './world';

const creatingSeconds = 5;

/** What the operations of Efs share: its state in one region, and what is looked up in it. */
export class EfsState extends Service {
  readonly iamPrefix = 'elasticfilesystem';
  readonly fileSystems = new Map<string, FileSystem>();
  readonly mountTargets: MountTargets;
  readonly accessPoints: AccessPoints;

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

  override usualAccess(
    operation: string,
    input: { FileSystemId?: string; MountTargetId?: string; AccessPointId?: string; ResourceId?: string },
  ): Access[] {
    const resource = this.resourceOf(input);
    return [{ action: `elasticfilesystem:${operation}`, resource, context: this.tagContext(resource) }];
  }

  override rateOf(operation: string, input: { FileSystemId?: string }): Rate | undefined {
    if (operation !== 'CreateAccessPoint') return undefined;
    return this.accessPoints.creationRate(this.fileSystems.get(input.FileSystemId ?? ''));
  }

  /** How many file systems of the region have a mount target. */
  get fileSystemsWithTargets(): number {
    return [...this.fileSystems.values()].filter((found) => this.mountTargets.of(found).length > 0).length;
  }

  describe(fileSystem: FileSystem): FileSystemDescription {
    return fileSystem.describe(this.mountTargets.of(fileSystem).length);
  }

  /** The file system of that id or ARN. */
  find(idOrArn: string | undefined): FileSystem {
    const id = idOrArn?.slice(idOrArn.lastIndexOf('/') + 1) ?? '';
    if (!/^fs-[0-9a-f]{8,40}$/.test(id)) throw efsError('BadRequest', `invalid file system ID: ${idOrArn}`);
    const fileSystem = this.fileSystems.get(id);
    if (fileSystem?.seenState) return fileSystem;
    throw efsError('FileSystemNotFound', `File system '${id}' does not exist.`);
  }

  requireAvailable(id: string | undefined): FileSystem {
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

export function checkTags(tags: Tag[] | undefined): void {
  const reserved = tags?.find(({ Key }) => Key?.startsWith('aws:'));
  if (reserved) throw efsError('BadRequest', `The tag key ${reserved.Key} is reserved: it starts with aws:`);
}

export function tagMap(tags: Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
