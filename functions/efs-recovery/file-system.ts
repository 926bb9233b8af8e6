import type { FileSystemDescription, LifecyclePolicy } from '@aws-sdk/client-efs';

/** What makes a file system what it is, beyond its data; read from the live one, or from a recovery point. */
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

/** Whether a file system is there to be read: while it is `updating` (its throughput mode, say), it is. */
export function isLive({ LifeCycleState }: FileSystemDescription): boolean {
  return LifeCycleState === 'available' || LifeCycleState === 'updating';
}
