import type { FileSystemDescription, LifecyclePolicy } from '@aws-sdk/client-efs';

/** A way into a file system, with a user and a root directory of its own. */
export interface AccessPoint {
  arn: string;
  posixUser?: { Uid: number; Gid: number; SecondaryGids?: number[] };
  rootDirectory?: { Path?: string; CreationInfo?: { OwnerUid: number; OwnerGid: number; Permissions: string } };
  tags?: Record<string, string>;
}

/**
 * A file system's settings: read from the live one, or from a recovery point. A setting that is absent is not known: it
 * never counts as off.
 */
export interface FileSystemSettings {
  /** `recovery-point` when the file system or its region is gone: AWS Backup may then tell nothing but its id. */
  readFrom: 'file-system' | 'recovery-point';
  isEncrypted?: boolean;
  performanceMode?: string;
  throughputMode?: string;
  provisionedThroughputInMibps?: number;
  /** Of a One Zone file system. */
  availabilityZoneName?: string;
  overwriteProtection?: string;
  tags?: Record<string, string>;
  lifecyclePolicies?: LifecyclePolicy[];
  isBackupEnabled?: boolean;
  /** Empty when the source has none. */
  policy?: string;
  /** The access points themselves are in items of their own. */
  accessPointCount?: number;
  /** In records of earlier releases. */
  accessPoints?: AccessPoint[];
  /** What the restored file system will lack, each with the reason. Absent in records of earlier releases. */
  notRestored?: string[];
  /** What was assumed in place of a setting that is not known. */
  assumptions?: string[];
}

/** Whether a file system can be read: also while it is `updating`, e.g. its throughput mode. */
export function isLive({ LifeCycleState }: FileSystemDescription): boolean {
  return LifeCycleState === 'available' || LifeCycleState === 'updating';
}

/**
 * Whether the restored file system must be encrypted: unless the source is known not to be. Encryption cannot be turned
 * on later. Earlier releases recorded "not encrypted" for a recovery point that did not say.
 */
export function mustBeEncrypted(
  { isEncrypted, readFrom, notRestored }: FileSystemSettings,
  keyId: string | undefined,
): boolean {
  const isKnown = readFrom === 'file-system' || notRestored !== undefined;
  return keyId !== undefined || isEncrypted !== false || !isKnown;
}
