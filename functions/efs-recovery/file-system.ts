import type { FileSystemDescription, LifecyclePolicy } from '@aws-sdk/client-efs';

/** A file system's settings: read from the live one, or from a recovery point. */
export interface FileSystemSettings {
  /** `file-system`, or `recovery-point` when the file system is gone: then only the first three are known. */
  readFrom: 'file-system' | 'recovery-point';
  isEncrypted: boolean;
  performanceMode: string;
  throughputMode?: string;
  provisionedThroughputInMibps?: number;
  tags?: Record<string, string>;
  lifecyclePolicies?: LifecyclePolicy[];
  isBackupEnabled?: boolean;
  policy?: string;
  accessPoints?: {
    arn: string;
    posixUser?: { Uid: number; Gid: number; SecondaryGids?: number[] };
    rootDirectory?: { Path?: string; CreationInfo?: { OwnerUid: number; OwnerGid: number; Permissions: string } };
    tags?: Record<string, string>;
  }[];
}

/** Whether a file system can be read: also while it is `updating`, e.g. its throughput mode. */
export function isLive({ LifeCycleState }: FileSystemDescription): boolean {
  return LifeCycleState === 'available' || LifeCycleState === 'updating';
}
