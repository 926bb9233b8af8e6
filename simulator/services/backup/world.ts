/** A backup vault as a world file declares it. */
export interface WorldVault {
  BackupVaultName: string;
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
  Region?: string;
}

/** The part of a world that AWS Backup knows. */
export interface BackupWorld {
  vaults?: WorldVault[];
  backupJobs?: WorldBackupJob[];
  recoveryPoints?: WorldRecoveryPoint[];
}
