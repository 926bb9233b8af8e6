import type { LifecyclePolicy, PerformanceMode, ThroughputMode } from '@aws-sdk/client-efs';

/** A mount target of a file system, as a world file declares it. */
export interface WorldMountTarget {
  MountTargetId?: string;
  SubnetId: string;
  SecurityGroupIds?: string[];
  IpAddress?: string;
}

/** An access point of a file system, as a world file declares it. */
export interface WorldAccessPoint {
  AccessPointId?: string;
  ClientToken?: string;
  PosixUser?: { Uid: number; Gid: number; SecondaryGids?: number[] };
  RootDirectory?: { Path?: string; CreationInfo?: { OwnerUid: number; OwnerGid: number; Permissions: string } };
  Tags?: Record<string, string>;
}

/** An EFS file system as a world file declares it. */
export interface WorldFileSystem {
  FileSystemId: string;
  CreationToken?: string;
  Encrypted?: boolean;
  KmsKeyId?: string;
  PerformanceMode?: PerformanceMode;
  ThroughputMode?: ThroughputMode;
  ProvisionedThroughputInMibps?: number;
  /** Makes it a One Zone file system. */
  AvailabilityZoneName?: string;
  SizeInBytes?: number;
  Tags?: Record<string, string>;
  LifecyclePolicies?: LifecyclePolicy[];
  /** Absent: never set. */
  BackupPolicy?: 'ENABLED' | 'DISABLED';
  FileSystemPolicy?: Record<string, unknown>;
  Protection?: { ReplicationOverwriteProtection: 'ENABLED' | 'DISABLED' };
  /** The destinations of its replication. */
  ReplicatesTo?: { FileSystemId: string; Region: string }[];
  MountTargets?: WorldMountTarget[];
  AccessPoints?: WorldAccessPoint[];
  /** What lies in the root directory; no API shows it, but it tells where a restore put the data. */
  Directories?: string[];
  Region?: string;
}

/** The part of a world that EFS knows. */
export interface EfsWorld {
  fileSystems?: WorldFileSystem[];
}
