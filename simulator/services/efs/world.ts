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

/** A copy that an EFS-to-EFS backup left on a file system. */
export interface WorldCopy {
  FolderLabel: string;
  Interval: string;
  /** ISO 8601. */
  CopiedAt: string;
  Files: number;
  Bytes: number;
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
  MountTargets?: WorldMountTarget[];
  AccessPoints?: WorldAccessPoint[];
  /** What lies in the root directory; no API shows it, but it tells where a restore put the data. */
  Directories?: string[];
  /** The copies of EFS-to-EFS backups on it, the newest first. */
  Copies?: WorldCopy[];
  Region?: string;
}

/** The part of a world that EFS knows. */
export interface EfsWorld {
  fileSystems?: WorldFileSystem[];
}
