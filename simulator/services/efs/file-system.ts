import type {
  FileSystemDescription,
  LifeCycleState,
  LifecyclePolicy,
  ReplicationConfigurationDescription,
  ReplicationOverwriteProtection,
  Status,
} from '@aws-sdk/client-efs';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { MeteredSize } from './metered-size';
import { defaultKeyArn, keyArn, type Settings } from './settings';
import type { WorldFileSystem } from './world';

/** The size that EFS tells of an empty file system. */
const EMPTY_BYTES = 6144;
const automaticBackupsTag = 'aws:elasticfilesystem:default-backup';

/** One EFS file system with all its settings, apart from its mount targets and access points. */
export class FileSystem {
  readonly createdAt: Date;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly performanceMode: NonNullable<Settings['PerformanceMode']>;
  readonly availabilityZoneName: string | undefined;
  throughputMode: NonNullable<Settings['ThroughputMode']>;
  provisionedThroughput: number | undefined;
  /** When the throughput was last lowered or its mode changed. */
  throughputChangedAt: Date | undefined;
  readonly size: MeteredSize;
  ownTags: Record<string, string> = {};
  lifecyclePolicies: LifecyclePolicy[] = [];
  backupPolicy: Status | undefined;
  policy: string | undefined;
  overwriteProtection: ReplicationOverwriteProtection = 'ENABLED';
  /** Where EFS replicates it to. */
  replicatesTo: NonNullable<WorldFileSystem['ReplicatesTo']> = [];
  directories: string[] = [];
  /** What of its source a restore has not brought. */
  lostFilesPercent = 0;
  /** Undefined as long as it cannot be seen. */
  private readonly lifeCycle: Lagging<LifeCycleState | undefined>;

  constructor(
    private readonly region: Region,
    readonly id: string,
    readonly creationToken: string,
    settings: Settings,
    state: LifeCycleState,
    bytes = EMPTY_BYTES,
  ) {
    this.createdAt = region.account.clock.date;
    this.size = new MeteredSize(region.account, bytes);
    this.encrypted = settings.Encrypted ?? false;
    if (this.encrypted) this.kmsKeyId = settings.KmsKeyId ? keyArn(region, settings.KmsKeyId) : defaultKeyArn(region);
    this.performanceMode = settings.PerformanceMode ?? 'generalPurpose';
    this.availabilityZoneName = settings.AvailabilityZoneName;
    this.throughputMode = settings.ThroughputMode ?? 'bursting';
    this.provisionedThroughput = settings.ProvisionedThroughputInMibps;
    this.lifeCycle = new Lagging<LifeCycleState | undefined>(region.account, undefined);
    this.state = state;
  }

  /** The file system that a world declares, which every call sees at once. */
  static load(region: Region, declared: WorldFileSystem): FileSystem {
    const token = declared.CreationToken ?? `token-of-${declared.FileSystemId}`;
    const fileSystem = new FileSystem(
      region,
      declared.FileSystemId,
      token,
      declared,
      'available',
      declared.SizeInBytes,
    );
    fileSystem.ownTags = { ...declared.Tags };
    fileSystem.lifecyclePolicies = [...(declared.LifecyclePolicies ?? [])];
    fileSystem.backupPolicy = declared.BackupPolicy;
    if (declared.FileSystemPolicy) fileSystem.policy = JSON.stringify(declared.FileSystemPolicy);
    fileSystem.overwriteProtection = declared.Protection?.ReplicationOverwriteProtection ?? 'ENABLED';
    fileSystem.replicatesTo = [...(declared.ReplicatesTo ?? [])];
    fileSystem.directories = [...(declared.Directories ?? [])];
    return fileSystem;
  }

  get arn(): string {
    return this.region.arn('elasticfilesystem', `file-system/${this.id}`);
  }

  get state(): LifeCycleState {
    return this.lifeCycle.current ?? 'creating';
  }

  set state(state: LifeCycleState) {
    this.lifeCycle.set(state);
    this.region.account.observer.tell('fileSystem', this.id, { state });
  }

  /** What describe calls show; undefined as long as they do not show it at all. */
  get seenState(): LifeCycleState | undefined {
    return this.lifeCycle.seen;
  }

  /** Automatic backups are a tag, by which AWS Backup's own plan finds the file system. */
  get tags(): Record<string, string> {
    return this.backupPolicy === 'ENABLED' ? { ...this.ownTags, [automaticBackupsTag]: 'enabled' } : this.ownTags;
  }

  private get shownTags(): Record<string, string> {
    if (this.backupPolicy !== 'ENABLED') return this.ownTags;
    const isShown = this.region.account.doubts.behaviour('efs.automaticBackupsTag') === 'shown';
    return isShown ? this.tags : this.ownTags;
  }

  describe(mountTargets: number): FileSystemDescription {
    const { bytes, at } = this.size.metered;
    return {
      OwnerId: this.region.account.id,
      CreationToken: this.creationToken,
      FileSystemId: this.id,
      FileSystemArn: this.arn,
      CreationTime: this.createdAt,
      LifeCycleState: this.seenState,
      Name: this.ownTags.Name,
      NumberOfMountTargets: mountTargets,
      SizeInBytes: {
        Value: bytes,
        Timestamp: at,
        ValueInIA: 0,
        ValueInStandard: bytes,
        ValueInArchive: 0,
      },
      PerformanceMode: this.performanceMode,
      Encrypted: this.encrypted,
      KmsKeyId: this.kmsKeyId,
      ThroughputMode: this.throughputMode,
      ProvisionedThroughputInMibps: this.provisionedThroughput,
      AvailabilityZoneName: this.availabilityZoneName,
      Tags: Object.entries(this.shownTags).map(([Key, Value]) => ({ Key, Value })),
      FileSystemProtection: { ReplicationOverwriteProtection: this.overwriteProtection },
    };
  }

  /** Its replication, as EFS describes it. */
  get replication(): ReplicationConfigurationDescription {
    return {
      SourceFileSystemId: this.id,
      SourceFileSystemRegion: this.region.name,
      SourceFileSystemArn: this.arn,
      OriginalSourceFileSystemArn: this.arn,
      CreationTime: this.createdAt,
      Destinations: this.replicatesTo.map((destination) => ({ ...destination, Status: 'ENABLED' })),
    };
  }

  toWorld(): WorldFileSystem {
    return {
      FileSystemId: this.id,
      CreationToken: this.creationToken,
      Encrypted: this.encrypted,
      ...(this.kmsKeyId ? { KmsKeyId: this.kmsKeyId } : {}),
      PerformanceMode: this.performanceMode,
      ThroughputMode: this.throughputMode,
      ...(this.provisionedThroughput ? { ProvisionedThroughputInMibps: this.provisionedThroughput } : {}),
      ...(this.availabilityZoneName ? { AvailabilityZoneName: this.availabilityZoneName } : {}),
      SizeInBytes: this.size.current,
      Tags: { ...this.ownTags },
      LifecyclePolicies: this.lifecyclePolicies.map((policy) => ({ ...policy })),
      ...(this.backupPolicy ? { BackupPolicy: this.backupPolicy.startsWith('ENABL') ? 'ENABLED' : 'DISABLED' } : {}),
      ...(this.policy ? { FileSystemPolicy: JSON.parse(this.policy) as Record<string, unknown> } : {}),
      Protection: {
        ReplicationOverwriteProtection: this.overwriteProtection === 'DISABLED' ? 'DISABLED' : 'ENABLED',
      },
      ...(this.replicatesTo.length ? { ReplicatesTo: [...this.replicatesTo] } : {}),
      Directories: [...this.directories],
      Region: this.region.name,
    };
  }
}
