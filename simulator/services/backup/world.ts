import type { WorldTable } from '../dynamodb/world';
import type { WorldScript } from '../ec2/world';

/** A backup vault as a world file declares it. */
export interface WorldVault {
  BackupVaultName: string;
  EncryptionKeyArn?: string;
  /** The vault is locked when this is true or one of the retention periods is given. */
  Locked?: boolean;
  MinRetentionDays?: number;
  MaxRetentionDays?: number;
  /** From then on the lock cannot be changed. */
  LockDate?: string;
  /** By default `BACKUP_VAULT`. Only that type takes backup jobs. */
  VaultType?: 'BACKUP_VAULT' | 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT' | 'RESTORE_ACCESS_BACKUP_VAULT';
  /** By default `AVAILABLE`. */
  VaultState?: 'CREATING' | 'AVAILABLE' | 'FAILED';
  AccessPolicy?: Record<string, unknown>;
  Region?: string;
}

/** How backup jobs of a resource go; the first entry for the resource counts. Jobs without an entry are `COMPLETED`. */
export interface WorldBackupJob {
  /** An instance id, an ARN, or `*`. */
  Resource: string;
  State: 'COMPLETED' | 'PARTIAL' | 'FAILED' | 'ABORTED' | 'EXPIRED';
  StatusMessage?: string;
  /** From RUNNING to the end; by default 40 minutes. */
  DurationSeconds?: number;
  /** From CREATED to RUNNING; by default 5. */
  CreatedSeconds?: number;
  /** From RUNNING to the EBS snapshots; by default 30. `null`: they are never seen. */
  SnapshotSeconds?: number | null;
  /** After so many jobs the entry is used up and the next one for the resource counts. */
  Times?: number;
}

/** How copy jobs of a resource go; the first entry for the resource counts. Jobs without an entry are `COMPLETED`. */
export interface WorldCopyJob {
  /** A file system's id, an ARN of the resource or of the recovery point, or `*`. */
  Resource: string;
  State: 'COMPLETED' | 'PARTIAL' | 'FAILED';
  StatusMessage?: string;
  /** From RUNNING to the end; by default 30 minutes. */
  DurationSeconds?: number;
  /** From CREATED to RUNNING; by default 5. */
  CreatedSeconds?: number;
  Times?: number;
}

/** How restore jobs of a resource go; the first entry for the resource counts. Jobs without an entry are `COMPLETED`. */
export interface WorldRestoreJob {
  /** The id of the file system or the name of the table that was backed up, its ARN, that of the recovery point, or `*`. */
  Resource: string;
  State: 'COMPLETED' | 'FAILED' | 'ABORTED';
  StatusMessage?: string;
  /** From RUNNING to the end; by default 45 minutes, for a table 20, or three hours from cold storage. */
  DurationSeconds?: number;
  /** From PENDING to RUNNING; by default 5. */
  CreatedSeconds?: number;
  /** For what does not complete: whether the new file system stays behind, half restored; by default it does. */
  LeavesFileSystem?: boolean;
  /** As `LeavesFileSystem`, for the new table. */
  LeavesTable?: boolean;
  /** Of an instance: it has one volume less than the source, its status checks never pass, its scripts end like this. */
  LosesVolume?: boolean;
  NeverBoots?: boolean;
  Scripts?: WorldScript[];
  /** How much of the files the new file system lacks. */
  LosesFilesPercent?: number;
  /** Indexes that the new table lacks. */
  LosesIndexes?: string[];
  /** How much of the items the new table lacks, or has otherwise. */
  LosesItemsPercent?: number;
  ChangesItemsPercent?: number;
  /** Of restore testing: why what was restored is not deleted in the end. */
  DeletionFails?: string;
  Times?: number;
}

/** A recovery point as a world file declares it. */
export interface WorldRecoveryPoint {
  RecoveryPointArn: string;
  BackupVaultName: string;
  ResourceArn: string;
  ResourceType: string;
  Status?: 'COMPLETED' | 'PARTIAL' | 'DELETING' | 'EXPIRED';
  CreationDate?: string;
  CompletionDate?: string;
  BackupSizeInBytes?: number;
  IamRoleArn?: string;
  Lifecycle?: { MoveToColdStorageAfterDays?: number; DeleteAfterDays?: number };
  Tags?: Record<string, string>;
  /** What GetRecoveryPointRestoreMetadata answers; by default an unencrypted general-purpose file system. */
  RestoreMetadata?: Record<string, string>;
  /** Of a copy: the vault it comes from. */
  SourceBackupVaultArn?: string;
  EncryptionKeyArn?: string;
  /** Of a DynamoDB table: what it was like; by default, as it is at the start. */
  Table?: WorldTable;
  Region?: string;
}

/** The part of a world that AWS Backup knows. */
export interface BackupWorld {
  vaults?: WorldVault[];
  backupJobs?: WorldBackupJob[];
  copyJobs?: WorldCopyJob[];
  restoreJobs?: WorldRestoreJob[];
  recoveryPoints?: WorldRecoveryPoint[];
  /** Whether AWS Backup's advanced features for DynamoDB are on, as they are by default. */
  advancedDynamoDbBackup?: boolean;
  /** Resource types, such as `EC2`, for which the service opt-in is off in every region. */
  backupTurnedOff?: string[];
}
